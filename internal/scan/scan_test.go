package scan_test

import (
	"bytes"
	"crypto/rand"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf16"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/scan"
)

// tokens are one of each kind, made anew for each test.
type tokens struct{ corebill, secret, public, webhook string }

func newTokens(t testing.TB) tokens {
	t.Helper()
	var all tokens
	var err error
	keep := func(token string, failed error) string {
		if failed != nil {
			err = failed
		}
		return token
	}
	all.corebill = keep(corebill.NewToken(rand.Reader))
	all.secret = keep(billium.NewToken(rand.Reader, billium.Secret))
	all.public = keep(billium.NewToken(rand.Reader, billium.Public))
	all.webhook = keep(billium.NewSecret(rand.Reader))
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func (all tokens) list() []string { return []string{all.corebill, all.secret, all.public, all.webhook} }

// mustNotShow fails the test where what is printed holds more of a token than
// its prefix.
func mustNotShow(t testing.TB, all tokens, printed ...any) {
	t.Helper()
	for _, one := range printed {
		content, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprintf("%s %v %+v %#v", content, one, one, one)
		for _, token := range all.list() {
			if strings.Contains(text, token[:17]) {
				t.Errorf("a token shows:\n%s", strings.ReplaceAll(text, token, "TOKEN"))
			}
		}
	}
}

func newScanner(t testing.TB, options scan.Options) *scan.Scanner {
	t.Helper()
	s, err := scan.New(options)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func read(t testing.TB, content string, options ...scan.Options) []scan.Finding {
	t.Helper()
	got, err := newScanner(t, append(options, scan.Options{})[0]).Reader(t.Context(), "f", strings.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	return got.Findings
}

// places are findings as rule@line:column.
func places(findings []scan.Finding) string {
	var all []string
	for _, f := range findings {
		all = append(all, fmt.Sprintf("%s@%d:%d", strings.TrimPrefix(string(f.Rule), "keyward-"), f.Line, f.Column))
	}
	return strings.Join(all, " ")
}

func TestReader(t *testing.T) {
	all := newTokens(t)
	for _, test := range []struct {
		name, content, want string
	}{
		{"nothing", "", ""},
		{"no token", "sk_live_your_api_key, whsec_..., sk_... and pk_, task_list", ""},
		{"the pages' own example", "sk_live_a1b2c3d4e5f6g7h8i9j0...", ""},
		{"a placeholder", "sk_live_" + strings.Repeat("x", 40), ""},
		{"alone", all.corebill, "corebill-api-key@1:1"},
		{"in code", "x\n  api_key = \"" + all.secret + "\"\n", "billium-secret-key@2:14"},
		{"all", strings.Join(all.list(), "\n"), "corebill-api-key@1:1 billium-secret-key@2:1 billium-public-key@3:1 webhook-secret@4:1"},
		{"on one line", strings.Join(all.list(), " "), "corebill-api-key@1:1 billium-secret-key@1:50 billium-public-key@1:150 webhook-secret@1:250"},
		{"twice", all.webhook + "\n" + all.webhook, "webhook-secret@1:1 webhook-secret@2:1"},
		{"after an escape in JSON", `{"a":"\n` + all.corebill + `\n"}`, "corebill-api-key@1:9"},
		{"in a longer word", "my_" + all.public + "_old", "billium-public-key@1:4"},
		{"too long for one of Billium", all.secret + "a", ""},
		{"with Windows' line ends", "a\r\nb=" + all.corebill + "\r\n", "corebill-api-key@2:3"},
		{"allowed", "k: " + all.corebill + " # gitleaks:allow\nk: " + all.secret, "billium-secret-key@2:4"},
		{"between zeros", "\x00\x01" + all.corebill + "\x00", "corebill-api-key@1:3"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := read(t, test.content)
			if places(got) != test.want {
				t.Errorf("%s, want %s", places(got), test.want)
			}
			mustNotShow(t, all, got)
		})
	}
}

func TestFinding(t *testing.T) {
	all := newTokens(t)
	got := read(t, strings.Join(all.list(), "\n"))
	for i, token := range all.list() {
		length := []int{10, 16, 16, 10}[i]
		if f := got[i]; f.Prefix != token[:length] || f.Status != scan.Unknown || f.Encoded ||
			f.Fingerprint != fmt.Sprintf("f:%s:%d", f.Rule, i+1) || f.Where() != fmt.Sprintf("f:%d", i+1) {
			t.Errorf("%+v", f)
		}
	}
}

func TestAllowCommentsCanBeSwitchedOff(t *testing.T) {
	all := newTokens(t)
	if got := read(t, all.corebill+" # gitleaks:allow", scan.Options{NoAllowComments: true}); len(got) != 1 {
		t.Errorf("%+v", got)
	}
}

func TestEncoded(t *testing.T) {
	all := newTokens(t)
	once := base64.StdEncoding.EncodeToString([]byte("key=" + all.corebill))
	twice := base64.StdEncoding.EncodeToString([]byte("data: " + once))
	for name, content := range map[string]string{
		"base64": "apiVersion: v1\n  key: " + once + "\n", "base64 twice": "a\n" + twice, "hex": fmt.Sprintf("\nx=%x\n", all.secret),
	} {
		got := read(t, content)
		if len(got) != 1 || !got[0].Encoded || got[0].Line != 2 {
			t.Errorf("%s: %+v", name, got)
		}
		mustNotShow(t, all, got)
	}
}

func TestUTF16(t *testing.T) {
	all := newTokens(t)
	units := utf16.Encode([]rune("\ufeffGröße\r\n$key = '" + all.corebill + "' 🔑"))
	for _, order := range []binary.AppendByteOrder{binary.LittleEndian, binary.BigEndian} {
		var content []byte
		for _, unit := range units {
			content = order.AppendUint16(content, unit)
		}
		for name, tail := range map[string]string{"whole": "", "half a character": "x"} {
			if got := read(t, string(content)+tail); places(got) != "corebill-api-key@2:9" {
				t.Errorf("%s, %s: %s", order, name, places(got))
			}
		}
	}
}

// TestCuts puts a token across every boundary of what is looked at at once.
func TestCuts(t *testing.T) {
	all := newTokens(t)
	const piece = 1 << 20
	for _, start := range []int{piece - len(all.corebill) - 1, piece - len(all.corebill), piece - 10, piece - 1, piece, piece + 1, piece - 16<<10 - 1, piece - 16<<10, 2*piece - 16<<10 - 20} {
		for name, filler := range map[string]string{"lines": "some text\n", "one line": "some text,"} {
			before := strings.Repeat(filler, start/10+1)[:start-1] + " "
			got := read(t, before+all.corebill+" "+strings.Repeat(filler, 100))
			line, column := 1, start+1
			if name == "lines" {
				line, column = (start-1)/10+1, (start-1)%10+2
				if (start-1)%10 == 9 {
					line, column = (start-1)/10+1, 11
				}
			}
			if want := fmt.Sprintf("corebill-api-key@%d:%d", line, column); places(got) != want {
				t.Errorf("%s at %d: %s, want %s", name, start, places(got), want)
			}
		}
	}
}

func TestReaderFails(t *testing.T) {
	_, err := newScanner(t, scan.Options{}).Reader(t.Context(), "stdin", iotest.TimeoutReader(io.MultiReader(bytes.NewReader(make([]byte, 1)), bytes.NewReader(make([]byte, 1<<20)))))
	if err == nil || !strings.Contains(err.Error(), "reading stdin: timeout") {
		t.Error(err)
	}
}
