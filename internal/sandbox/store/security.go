package store

import "context"

// TeamSecurity is what a team demands of its members' dashboard sessions.
type TeamSecurity struct {
	TFA, Passkey, GoogleLogin, GithubLogin, EmailVerified bool
}

// TeamSecurityChange holds what to change; nil leaves a flag alone.
type TeamSecurityChange struct {
	TFA, Passkey, GoogleLogin, GithubLogin, EmailVerified *bool
}

// TeamSecurity returns a merchant's flags.
func (s *Store) TeamSecurity(ctx context.Context, merchantID string) (TeamSecurity, error) {
	scan := func(row scanner) (TeamSecurity, error) {
		var t TeamSecurity
		err := row.Scan(&t.TFA, &t.Passkey, &t.GoogleLogin, &t.GithubLogin, &t.EmailVerified)
		return t, err
	}
	return one(ctx, s, scan, `SELECT enforce_tfa, enforce_passkey, enforce_google_login, enforce_github_login, enforce_email_verified
FROM merchants WHERE id = ?`, merchantID)
}

// UpdateTeamSecurity changes a merchant's flags.
func (s *Store) UpdateTeamSecurity(ctx context.Context, merchantID string, change TeamSecurityChange) error {
	var c changes
	set(&c, "enforce_tfa", change.TFA)
	set(&c, "enforce_passkey", change.Passkey)
	set(&c, "enforce_google_login", change.GoogleLogin)
	set(&c, "enforce_github_login", change.GithubLogin)
	set(&c, "enforce_email_verified", change.EmailVerified)
	return s.update(ctx, "merchants", c, "id = ?", merchantID)
}
