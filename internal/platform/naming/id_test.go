package naming

import (
	"strings"
	"testing"
)

func TestCheckID(t *testing.T) {
	t.Parallel()
	for id, want := range map[string]string{
		"com_a1b2c3d4e5f6":       "",
		"":                       "",
		"com_a1b2c3d4e5f6\n":     `company_id is "com_a1b2c3d4e5f6\n", which starts or ends with`,
		"com_a1b2c3d4e5f6\r\n":   `\r\n`,
		" com_a1b2c3d4e5f6":      "starts or ends with",
		"com_a1b2 c3d4e5f6":      "a space or a character that can't be seen",
		"com_a1b2\u200bc3d4e5f6": `com_a1b2\u200bc3d4e5f6`,
		"\ufeffcom_a1b2c3d4e5f6": `\ufeffcom_a1b2c3d4e5f6`,
	} {
		err := CheckID("company_id", id)
		if (err == nil) != (want == "") || err != nil && !strings.Contains(err.Error(), want) {
			t.Errorf("%q: got %v, want %q", id, err, want)
		}
	}
}
