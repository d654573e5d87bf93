package cli_test

import (
	"strings"
	"testing"
)

// Anyone who mistypes is told how it is written, and no token that was put into the
// wrong place is repeated.
func TestUsageIsExplained(t *testing.T) {
	s := newStage(t)
	token := "sk_live_" + strings.Repeat("a1B2", 10)
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"kyes"}, "Error: unknown command \"kyes\" for \"keyward\": is it keyward keys?\nRun 'keyward --help' for usage\n"},
		{[]string{"revoke", "sk_live_ab"}, "Error: unknown command \"revoke\" for \"keyward\": is it keyward keys revoke?\nRun 'keyward --help' for usage\n"},
		{[]string{"keys", "lst"}, "Error: unknown command \"lst\" for \"keyward keys\": is it keyward keys list?\nRun 'keyward keys --help' for usage\n"},
		{[]string{"help", "nonsense"}, "Error: unknown command \"nonsense\" for \"keyward\"\nRun 'keyward --help' for usage\n"},
		{[]string{"help", "keys", "lst"}, "Error: unknown command \"lst\" for \"keyward keys\": is it keyward keys list?\nRun 'keyward keys --help' for usage\n"},
		{[]string{"keys", "show", "key_a1b2c3d4e5f6", "--uses", "-1"}, "Error: --uses must not be negative, and is -1\n"},
		{[]string{"keys", "list", "--unused-since", "2026-03-02"}, "Error: --unused-since: 2026-03-02 is in the future, before which every key was last used\n"},
		{[]string{"logs", "--key", " key_1"}, "Error: --key is \" key_1\", which starts or ends with a space or a line break; remove it\n"},
		{[]string{"frobnicate"}, "Error: unknown command \"frobnicate\" for \"keyward\"\nRun 'keyward --help' for usage\n"},
		{[]string{"keys", "show"}, "Error: that is not what it takes, which is: keyward keys show ID|PREFIX|- [flags]\nRun 'keyward keys show --help' for usage\n"},
		{[]string{"whoami", "now"}, "Error: that is not what it takes, which is: keyward whoami [flags]\nRun 'keyward whoami --help' for usage\n"},
		{[]string{token}, "Error: unknown command \"sk_live_a1…\" for \"keyward\"\nRun 'keyward --help' for usage\n"},
		{[]string{"keys", "show", token[3:]}, "Error: \"live_a1…\" names no key: give its id (key_…) or the beginning of its token (such as sk_live_ab); keyward keys list --name TEXT finds it by its name\n"},
		{[]string{"keys", "revoke", "--yes", "SK_" + token[8:]}, "Error: \"SK_a1…\" names no key: give its id (key_…) or the beginning of its token (such as sk_live_ab); keyward keys list --name TEXT finds it by its name\n"},
		{[]string{"keys", "list", "--platform", token[8:]}, "Error: --platform: \"a1…\" is not a platform: it must be corebill or billium\n"},
		{[]string{"import", "--accounts", "/none/" + token[8:]}, "Error: reading the accounts: open /none/a1…: no such file or directory\n"},
		{[]string{"keys", "show", "Bearer " + token}, "Error: \"Bearer sk_live_a1…\" names no key: give its id (key_…) or the beginning of its token (such as sk_live_ab); keyward keys list --name TEXT finds it by its name\n"},
		{[]string{"keys", "list", "--level", token}, "Error: --level: \"sk_live_a1…\" is not a permission level: it must be one of read, write, admin.\n"},
	} {
		before := len(s.Requests())
		code, stdout, stderr := s.keyward(t, c.args...)
		if len(s.Requests()) != before {
			t.Errorf("%q: it makes requests", c.args)
		}
		if code != 2 || stdout != "" || stderr != c.want {
			t.Errorf("%q: exit %d, stdout %q, stderr\n%swant\n%s", c.args, code, stdout, stderr, c.want)
		}
	}
}
