package billium

import (
	"net/http"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// GetTeamSecurity returns what the team demands of dashboard sessions. Nothing
// here enforces it: requests with an API key are not subject to it. Source:
// Billium authentication page, "Team-level security enforcement".
func (s *server) GetTeamSecurity(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID) {
	row, err := s.Store.TeamSecurity().Get(r.Context(), merchantID)
	s.answer(w, r, http.StatusOK, teamSecurity(row), named("Merchant", err))
}

// UpdateTeamSecurity changes flags, for the OWNER alone.
func (s *server) UpdateTeamSecurity(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID) {
	request, err := body[billiumapi.UpdateTeamSecurityRequest](r)
	if err == nil && callerOf(r).key.Role != billium.Owner {
		err = errOwnerOnly
	}
	if err != nil {
		s.fail(w, r, err)
		return
	}
	row, err := s.Store.TeamSecurity().Change(r.Context(), merchantID, func(t *store.TeamSecurity) {
		t.EnforceTFA, t.EnforcePasskey = or(request.EnforceTfa, t.EnforceTFA), or(request.EnforcePasskey, t.EnforcePasskey)
		t.EnforceGoogleLogin = or(request.EnforceGoogleLogin, t.EnforceGoogleLogin)
		t.EnforceGithubLogin = or(request.EnforceGithubLogin, t.EnforceGithubLogin)
		t.EnforceEmailVerified = or(request.EnforceEmailVerified, t.EnforceEmailVerified)
	})
	s.answer(w, r, http.StatusOK, teamSecurity(row), named("Merchant", err))
}

func teamSecurity(t store.TeamSecurity) billiumapi.TeamSecurity {
	return billiumapi.TeamSecurity{
		EnforceTfa: t.EnforceTFA, EnforcePasskey: t.EnforcePasskey, EnforceGoogleLogin: t.EnforceGoogleLogin,
		EnforceGithubLogin: t.EnforceGithubLogin, EnforceEmailVerified: t.EnforceEmailVerified,
	}
}
