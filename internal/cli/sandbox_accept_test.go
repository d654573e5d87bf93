package cli_test

import (
	"net/http"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// TestAcceptInvitation accepts an invitation beside the running server, which
// knows the member at once.
func TestAcceptInvitation(t *testing.T) {
	dir := t.TempDir()
	p := start(t, dir)
	owner, database := p.credentials.Billium.APIKey, filepath.Join(dir, "a.db")
	if status, body := p.billium(t, owner, "POST", "/team/invitations", `{"email":"Ann@example.com","role":"MEMBER"}`); status != http.StatusCreated {
		t.Fatalf("inviting: %d %s", status, body)
	}
	code, stdout, stderr := run(t, "sandbox", "accept-invitation", "ann@example.com", "--database", database)
	id := strings.TrimSuffix(stdout, "\n")
	if code != 0 || !billium.ValidID(billium.TeamMemberID, id) || stderr != "Ann@example.com is on the team as MEMBER.\n" {
		t.Fatalf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
	}
	_, members := p.billium(t, owner, "GET", "/team/members", "")
	_, invitations := p.billium(t, owner, "GET", "/team/invitations", "")
	if field(t, members, "id") != id || strings.Contains(invitations, "Ann@example.com") {
		t.Errorf("the team is %s, the invitations are %s", members, invitations)
	}
	if err := p.end(t, syscall.SIGTERM); err != nil {
		t.Error(err)
	}
	empty := filepath.Join(dir, "empty.db")
	s, err := store.Open(t.Context(), empty)
	check(t, err)
	check(t, s.Close())
	none := filepath.Join(dir, "none.db")
	for _, test := range []struct {
		name string
		args []string
		want string
	}{
		{"again", []string{"ann@example.com", "--database", database}, "Error: accepting the invitation: ann@example.com has not been invited\n"},
		{"no database", []string{"ann@example.com", "--database", none}, "Error: there is no database " + none + ": name the one that the sandbox runs on\n"},
		{"an empty name", []string{"ann@example.com", "--database", ""}, "Error: --database must not be empty\n"},
		{"an empty database", []string{"ann@example.com", "--database", empty}, "Error: accepting the invitation: the database has no merchant: start the sandbox on it first\n"},
		{"no address", nil, "Error: that is not what it takes, which is: keyward sandbox accept-invitation EMAIL [flags]\nRun 'keyward sandbox accept-invitation --help' for usage\n"},
	} {
		t.Run(test.name, func(t *testing.T) {
			code, stdout, stderr := run(t, append([]string{"sandbox", "accept-invitation"}, test.args...)...)
			if code != 2 || stdout != "" || stderr != test.want {
				t.Errorf("exit %d, stdout %q, stderr %q", code, stdout, stderr)
			}
		})
	}
	if left, err := filepath.Glob(none + "*"); err != nil || len(left) > 0 {
		t.Errorf("it made %v, %v", left, err)
	}
}
