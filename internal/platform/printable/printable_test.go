package printable

import (
	"encoding/json"
	"testing"
)

func TestText(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                 "",
		"Größe 鍵":                          "Größe 鍵",
		"admin\u202etxt.exe":               `admin\u202etxt.exe`,
		"a\u2066b\u2069":                   `a\u2066b\u2069`,
		"zero\u200bwidth\ufeff":            `zero\u200bwidth\ufeff`,
		"\x1b[31mred\x07":                  `\u001b[31mred\u0007`,
		"tag\U000e0041":                    `tag\udb40\udc41`,
		"two\nlines\tand a tab":            "two\nlines" + `\u0009and a tab`,
		"a\u00a0space of another kind\x7f": `a\u00a0space of another kind\u007f`,
		"back\r":                           `back\u000d`,
	} {
		if got := Text(text); got != want {
			t.Errorf("%q: got %q, want %q", text, got, want)
		}
		encoded, err := json.MarshalIndent(map[string]string{"name": text}, "", "  ")
		if err != nil {
			t.Fatal(err)
		}
		var back map[string]string
		if err := json.Unmarshal([]byte(Text(string(encoded))), &back); err != nil || back["name"] != text {
			t.Errorf("%q: as JSON it is %q, %v", text, back["name"], err)
		}
	}
	if got := Line("a\r\nb\tc\nd\u202e"); got != `a b c d\u202e` {
		t.Errorf("on a line: %q", got)
	}
	if got := Text("leaked sk_live_ab0123 here"); got != "leaked sk_live_ab… here" {
		t.Errorf("a token: %q", got)
	}
}
