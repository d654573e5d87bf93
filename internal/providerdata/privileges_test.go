package providerdata_test

import (
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	clientcorebill "github.com/keyward/terraform-provider-keyward/internal/client/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/providerdata"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

func access(t *testing.T, s *sandboxtest.Sandbox, token string) *providerdata.Corebill {
	t.Helper()
	key := client.NewSecret(token)
	c, err := clientcorebill.New(clientcorebill.Options{BaseURL: s.Credentials.Corebill.BaseURL, APIKey: key})
	if err != nil {
		t.Fatal(err)
	}
	return &providerdata.Corebill{Client: c, Credential: key, Now: time.Now}
}

func TestStanding(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	first := s.Credentials.Corebill.APIKey
	s.StartTokens(first[8:10]) // the level is certain all the same
	writer := s.CorebillKey(t, "", corebill.Write)
	for name, c := range map[string]struct {
		token string
		want  providerdata.CallerPrivileges
	}{
		"an organization's admin": {first, providerdata.CallerPrivileges{Organization: true, Admin: true}},
		"an organization's key":   {writer, providerdata.CallerPrivileges{Organization: true}},
		"a company's admin":       {s.CorebillKey(t, s.SecondCompanyID, corebill.Admin), providerdata.CallerPrivileges{Admin: true}},
		"a company's key":         {s.CorebillKey(t, s.SecondCompanyID, corebill.Write), providerdata.CallerPrivileges{}},
	} {
		if got, err := access(t, s, c.token).CallerPrivileges(t.Context()); err != nil || got != c.want {
			t.Errorf("%s: got %+v, %v", name, got, err)
		}
	}
}

func TestStandingIsAskedForOnce(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c := access(t, s, s.Credentials.Corebill.APIKey)
	s.ResetRequests()
	for range 3 {
		if _, err := c.CallerPrivileges(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
	if got := len(s.Requests()); got != 2 { // the companies, and one's keys
		t.Errorf("%d requests", got)
	}
}

// A company that came after the run's list is reached all the same.
func TestReachesWhatIsNew(t *testing.T) {
	t.Parallel()
	s := sandboxtest.Start(t)
	c := access(t, s, s.Credentials.Corebill.APIKey)
	if _, err := c.Companies(t.Context()); err != nil {
		t.Fatal(err)
	}
	for id, want := range map[string]bool{s.CreateCompany(t, "New"): true, s.SecondCompanyID: true, "com_nowhere00000": false, "": false} {
		if got, _, err := c.Reaches(t.Context(), id); err != nil || got != want {
			t.Errorf("%q: got %v, %v", id, got, err)
		}
	}
}
