package billium

import (
	"context"
	"net/http"

	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// GetTeamSecurity returns what the team demands of dashboard sessions. Nothing
// here enforces it: requests with an API key are not subject to it. Source:
// Billium authentication page, "Team-level security enforcement".
func (s *server) GetTeamSecurity(w http.ResponseWriter, r *http.Request, merchantID billiumapi.MerchantID) {
	row, err := s.Store.TeamSecurity(r.Context(), merchantID)
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
	var row store.TeamSecurity
	err = s.Store.InTx(r.Context(), func(ctx context.Context) error {
		err := s.Store.UpdateTeamSecurity(ctx, merchantID, store.TeamSecurityChange{
			TFA: request.EnforceTfa, Passkey: request.EnforcePasskey, GoogleLogin: request.EnforceGoogleLogin,
			GithubLogin: request.EnforceGithubLogin, EmailVerified: request.EnforceEmailVerified,
		})
		if err == nil {
			row, err = s.Store.TeamSecurity(ctx, merchantID)
		}
		return err
	})
	s.answer(w, r, http.StatusOK, teamSecurity(row), named("Merchant", err))
}

func teamSecurity(t store.TeamSecurity) billiumapi.TeamSecurity {
	return billiumapi.TeamSecurity{
		EnforceTfa: t.TFA, EnforcePasskey: t.Passkey, EnforceGoogleLogin: t.GoogleLogin,
		EnforceGithubLogin: t.GithubLogin, EnforceEmailVerified: t.EmailVerified,
	}
}
