package output_test

import (
	"bytes"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/spf13/cobra"

	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// terminal is a buffer that passes for one.
type terminal struct{ bytes.Buffer }

func (*terminal) IsTerminal() bool { return true }

func none(string) string { return "" }

func TestListing(t *testing.T) {
	type record struct {
		ID   string  `json:"id"`
		Used *string `json:"used"`
	}
	listing := output.Listing{
		Header:  []string{"ID", "NAME", "LAST USED"},
		Rows:    [][]string{{"key_1", "Größe", ""}, {"key_22", "=1|2\x1b[31m\nx", "-"}},
		Records: []record{{"key_1", nil}, {"key_22", nil}},
	}
	for format, want := range map[output.Format]string{
		output.FormatTable:    "ID      NAME              LAST USED\nkey_1   Größe             -\nkey_22  =1|2\\u001b[31m x  -\n",
		output.FormatCSV:      "id,name,last_used\nkey_1,Größe,\nkey_22,\"'=1|2\\u001b[31m\nx\",-\n",
		output.FormatMarkdown: "| ID | Name | Last used |\n| --- | --- | --- |\n| key_1 | Größe |  |\n| key_22 | =1\\|2\\\\u001b\\[31m x | - |\n",
		output.FormatJSON:     "[\n  {\n    \"id\": \"key_1\",\n    \"used\": null\n  },\n  {\n    \"id\": \"key_22\",\n    \"used\": null\n  }\n]\n",
	} {
		t.Run(string(format), func(t *testing.T) {
			var b bytes.Buffer
			if err := listing.Write(&b, format); err != nil || b.String() != want {
				t.Errorf("%v\ngot  %q\nwant %q", err, b.String(), want)
			}
		})
	}
	if err := listing.Write(&bytes.Buffer{}, "yaml"); err == nil {
		t.Error("it writes YAML")
	}
}

func TestListingOfNothing(t *testing.T) {
	listing := output.Listing{Header: []string{"ID"}, Records: []int(nil), None: "No keys."}
	for format, want := range map[output.Format]string{
		output.FormatTable: "No keys.\n", output.FormatJSON: "[]\n", output.FormatCSV: "id\n", output.FormatMarkdown: "| ID |\n| --- |\n",
	} {
		var b bytes.Buffer
		if err := listing.Write(&b, format); err != nil || b.String() != want {
			t.Errorf("%s: %v, %q", format, err, b.String())
		}
	}
}

func TestListingInColor(t *testing.T) {
	listing := output.Listing{
		Header: []string{"ID", "LEVEL"}, Rows: [][]string{{"a", "admin"}}, Color: true,
		Paint: func(row, column int) output.Paint {
			if row == 0 && column == 1 {
				return output.Red
			}
			return output.Plain
		},
	}
	var b bytes.Buffer
	want := "\x1b[1mID\x1b[0m  \x1b[1mLEVEL\x1b[0m\na   \x1b[31madmin\x1b[0m\n"
	if err := listing.Write(&b, output.FormatTable); err != nil || b.String() != want {
		t.Errorf("%v, %q", err, b.String())
	}
}

func TestColor(t *testing.T) {
	noColor := func(name string) string { return map[string]string{"NO_COLOR": "1"}[name] }
	dumb := func(name string) string { return map[string]string{"TERM": "dumb"}[name] }
	switch {
	case !output.Color(&terminal{}, none):
		t.Error("a terminal has no colours")
	case output.Color(&bytes.Buffer{}, none):
		t.Error("a buffer has colours")
	case output.Color(&terminal{}, noColor), output.Color(&terminal{}, dumb):
		t.Error("a terminal without colours has some")
	}
}

func TestFlag(t *testing.T) {
	var format output.Format
	cmd := &cobra.Command{Use: "x"}
	output.AddFlag(cmd, &format)
	// Another command, with which it shares the format.
	output.AddFlag(&cobra.Command{Use: "y"}, &format, output.FormatJSON, output.FormatTable)
	if format != output.FormatTable {
		t.Errorf("the default is %q", format)
	}
	if err := cmd.ParseFlags([]string{"-o", "markdown"}); err != nil || format != output.FormatMarkdown {
		t.Errorf("%v, %q", err, format)
	}
	err := cmd.ParseFlags([]string{"--output", "yaml"})
	if err == nil || !strings.Contains(err.Error(), "it must be one of table, json, csv, markdown") {
		t.Error(err)
	}
}

func TestFound(t *testing.T) {
	err := output.Found("%d findings", 3)
	if err.Error() != "3 findings" || !errors.Is(fmt.Errorf("x: %w", err), output.ErrFindings) {
		t.Error(err)
	}
}

func TestProgress(t *testing.T) {
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	clock := func() time.Time { return now }
	var screen terminal
	p := output.NewProgress(&screen, clock)
	p.Step("keys", 1, 4)
	p.Step("keys", 2, 4) // too soon to be shown
	now = now.Add(3 * time.Second)
	p.Step("keys", 3, 4)
	now = now.Add(time.Second)
	p.Say("waiting for\n%s", "Billium")
	p.Done()
	p.Done()
	want := "\r\x1b[Kkeys [######..................] 1 of 4" +
		"\r\x1b[Kkeys [##################......] 3 of 4, about 1s left" +
		"\r\x1b[Kwaiting for Billium\r\x1b[K"
	if got := screen.String(); got != want {
		t.Errorf("got  %q\nwant %q", got, want)
	}
	var file bytes.Buffer
	p = output.NewProgress(&file, clock)
	p.Step("keys", 1, 0)
	p.Done()
	if file.Len() != 0 {
		t.Errorf("what is no terminal got %q", file.String())
	}
}
