package importer

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"github.com/zclconf/go-cty/cty"

	"github.com/keyward/terraform-provider-keyward/internal/client/billium"
	billiumapi "github.com/keyward/terraform-provider-keyward/internal/contract/billium"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	platform "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// What a webhook has where nothing is declared. Source: docs.
const (
	defaultRetryCount = 3
	defaultTimeout    = 30000 // milliseconds
)

// billiumReader reads a Billium account.
type billiumReader struct {
	inventory.BilliumAccount
	*part

	// self is the account's own key; nil where it could not be told.
	self     *inventory.Key
	progress func(string)
}

func (r *billiumReader) read(ctx context.Context) error {
	for _, kind := range []struct {
		what string
		read func(context.Context) error
	}{
		{"The merchant " + r.MerchantID, r.merchant},
		{"The permission sets", r.sets},
		{"The API keys", r.keys},
		{"The team's members", r.members},
		{"The invitations", r.invitations},
		{"The webhooks", r.webhooks},
	} {
		r.progress(strings.ToLower(kind.what[:1]) + kind.what[1:])
		err := kind.read(ctx)
		if why, ok := forbidden(err); ok {
			r.leave(kind.what, why)
		} else if err != nil {
			return err
		}
	}
	return nil
}

func (r *billiumReader) merchant(ctx context.Context) error {
	merchant, err := r.Client.GetMerchant(ctx, r.MerchantID)
	if err != nil {
		return err
	}
	security, err := r.Client.GetTeamSecurity(ctx, r.MerchantID)
	if err != nil {
		return err
	}
	o := &object{kind: "keyward_billium_merchant", id: merchant.ID, importID: merchant.ID, label: merchant.Name}
	o.text("name", merchant.Name)
	o.set("enforce_tfa", cty.BoolVal(security.EnforceTfa))
	o.set("enforce_passkey", cty.BoolVal(security.EnforcePasskey))
	o.set("enforce_google_login", cty.BoolVal(security.EnforceGoogleLogin))
	o.set("enforce_github_login", cty.BoolVal(security.EnforceGithubLogin))
	o.set("enforce_email_verified", cty.BoolVal(security.EnforceEmailVerified))
	r.add(o)
	return nil
}

func (r *billiumReader) sets(ctx context.Context) error {
	for set, err := range r.Client.PermissionSets(ctx, r.MerchantID) {
		if err != nil {
			return err
		}
		if provisional.Is(set.Name) {
			r.leave("The permission set "+set.Name+" ("+set.ID+")", "its creation is not finished: it has a provisional name, and nothing uses it")
			continue
		}
		o := &object{kind: setKind, id: set.ID, importID: r.within(set.ID), label: set.Name}
		o.text("name", set.Name)
		o.textOr("description", set.Description)
		o.set("permissions", list(sorted(set.Permissions)))
		r.add(o)
	}
	return nil
}

func (r *billiumReader) keys(ctx context.Context) error {
	for key, err := range r.Client.APIKeys(ctx, r.MerchantID, billium.KeyFilter{}) {
		if err != nil {
			return err
		}
		if why := cmp.Or(own(r.self, r.Credential, key.ID, key.KeyPrefix), byName(key.Name)); why != "" {
			r.leave(keyLabel("Billium", key.Name, key.ID, key.KeyPrefix), why)
			continue
		}
		r.key(key)
	}
	return nil
}

func (r *billiumReader) key(key billiumapi.APIKey) {
	o := &object{kind: keyKind, id: key.ID, importID: r.within(key.ID), label: key.Name, comment: keyComment(key.KeyPrefix, key.CreatedAt)}
	o.text("name", key.Name)
	if key.Type == billiumapi.KeyTypePublic {
		o.text("type", string(key.Type))
	}
	switch {
	case key.PermissionSetID != nil:
		o.refer("permission_set_id", *key.PermissionSetID)
	case key.Type != billiumapi.KeyTypePublic: // a public key always has the same three
		o.set("permissions", list(sorted(key.Permissions)))
	}
	if !key.IsActive {
		o.set("enabled", cty.False)
	}
	r.add(o)
}

func (r *billiumReader) members(ctx context.Context) error {
	for member, err := range r.Client.TeamMembers(ctx, r.MerchantID) {
		if err != nil {
			return err
		}
		if member.Role == billiumapi.RoleOwner {
			r.leave("The team member "+member.Email+" ("+member.ID+")", "the OWNER is managed in Billium's dashboard alone, where ownership is transferred")
			continue
		}
		r.member(member.ID, member.Email, string(member.Role), member.PermissionSetID, sorted(member.Permissions))
	}
	return nil
}

func (r *billiumReader) invitations(ctx context.Context) error {
	for invitation, err := range r.Client.Invitations(ctx, r.MerchantID) {
		if err != nil {
			return err
		}
		if invitation.Status != billiumapi.InvitationStatusPending {
			r.leave("The invitation of "+invitation.Email+" ("+invitation.ID+")", "it has expired: importing it would send it anew")
			continue
		}
		permissions := platform.Names(platform.Role(invitation.Role).Permissions())
		if invitation.Permissions != nil {
			permissions = sorted(*invitation.Permissions)
		}
		r.member(invitation.ID, invitation.Email, string(invitation.Role), invitation.PermissionSetID, permissions)
	}
	return nil
}

// member adds somebody on the team or invited to it. All that the role allows
// needs no declaration.
func (r *billiumReader) member(id, email, role string, setID *string, permissions []string) {
	local, _, _ := strings.Cut(email, "@")
	o := &object{kind: "keyward_billium_team_member", id: id, importID: r.within(id), label: local, hint: email}
	o.text("email", email)
	o.text("role", role)
	if setID != nil {
		o.refer("permission_set_id", *setID)
	} else if !slices.Equal(permissions, platform.Names(platform.Role(role).Permissions())) {
		o.set("permissions", list(permissions))
	}
	r.add(o)
}

func (r *billiumReader) webhooks(ctx context.Context) error {
	hooks, err := r.Client.Webhooks(ctx, r.MerchantID)
	if err != nil {
		return err
	}
	for _, hook := range hooks {
		o := &object{kind: "keyward_billium_webhook", id: hook.ID, importID: r.within(hook.ID), label: urlLabel(hook.URL)}
		o.text("url", hook.URL)
		o.set("events", list(words(hook.Events)))
		o.textOr("description", hook.Description)
		if !hook.IsActive {
			o.set("is_active", cty.False)
		}
		if hook.RetryCount != defaultRetryCount {
			o.set("retry_count", cty.NumberIntVal(int64(hook.RetryCount)))
		}
		if hook.Timeout != defaultTimeout {
			o.set("timeout", cty.NumberIntVal(int64(hook.Timeout)))
		}
		r.add(o)
	}
	return nil
}

// within is the import id of something of the merchant's.
func (r *billiumReader) within(id string) string { return r.MerchantID + "/" + id }

// sorted returns permissions by name, in the order of the platform's catalogue.
func sorted(permissions []billiumapi.Permission) []string {
	out := make([]platform.Permission, len(permissions))
	for i, p := range permissions {
		out[i] = platform.Permission(p)
	}
	return platform.Names(platform.Sort(out))
}
