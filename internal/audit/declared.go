package audit

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/mask"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// ReadDeclared adds to the inventory what the files declare. A path is a state
// file, or one that `terraform show -json` wrote, a directory of such files (those
// named *.json, and *.tfstate for states, also in directories below), or tfstate.Stdin;
// content returns what is in a file. It returns the files read. Of a plan it takes
// what will be declared once it is applied, and beside that what is until then. An
// object that several files declare is taken from the first of them, or from the last
// plan.
//
// A file that can't be understood is an error: what it declares would be taken
// for undeclared.
func ReadDeclared(in *Inventory, want tfstate.Kind, paths []string, content func(name string) ([]byte, error)) ([]string, error) {
	var read []string
	for file, err := range tfstate.Read(paths, content, want) {
		if err != nil {
			return nil, fmt.Errorf("reading --%s %w", want, err)
		}
		for _, document := range file.Documents {
			if err := declare(in, want, document); err != nil {
				return nil, fmt.Errorf("--%s %s: %w", want, file.Name, err)
			}
		}
		read = append(read, file.Name)
	}
	in.DeclaredRead = in.DeclaredRead || len(read) > 0
	in.single(want)
	return read, nil
}

func declare(in *Inventory, want tfstate.Kind, document tfstate.Document) error {
	if document.Kind != want {
		return fmt.Errorf("it is a %s: name it with --%s", document.Kind, document.Kind)
	}
	declared := map[string]bool{}
	// What a plan replaces or destroys is declared until it is applied.
	for _, resource := range slices.Concat(document.Planned, document.State) {
		// What has no id is yet to be created.
		if resource.ID != "" && !declared[resource.ID] {
			in.Declared = append(in.Declared, declaredFrom(resource))
			declared[resource.ID] = true
		}
	}
	return nil
}

// single leaves one declaration of each object, in the order of the first ones.
func (in *Inventory) single(kind tfstate.Kind) {
	at := make(map[string]int, len(in.Declared))
	kept := in.Declared[:0]
	for _, d := range in.Declared {
		i, twice := at[d.ID]
		switch {
		case !twice:
			at[d.ID] = len(kept)
			kept = append(kept, d)
		case kind == tfstate.Plan:
			kept[i] = d
		}
	}
	in.Declared = kept
}

// declaredFrom is what a resource declares.
func declaredFrom(r tfstate.Resource) *Declared {
	d := &Declared{
		Object: Object{Platform: Platform(r.Platform), ID: r.ID, Name: r.Name, Scope: r.Scope},
		File:   r.File, Address: r.Address, Fields: map[string]string{},
	}
	if r.Name != "" {
		d.Fields["name"] = r.Name
	}
	switch tfstate.Thing(r.Type) {
	case "api_key":
		readKey(d, &r.Attributes)
	case "company":
		readCompany(d, &r.Attributes)
	case "webhook":
		readWebhook(d, &r.Attributes)
	case "permission_set":
		readSet(d, &r.Attributes)
	case "team_member":
		readMember(d, &r.Attributes)
	case "merchant":
		readMerchant(d, &r.Attributes)
	}
	return d
}

func readKey(d *Declared, v *tfstate.Attributes) {
	d.Kind, d.Key = KindKey, v
	d.text("permission_level", v.PermissionLevel)
	d.text("type", v.Type)
	d.flag("enabled", v.Enabled)
	d.grant(v)
}

// grant notes what is granted: a set, or permissions. What is inherited is not
// declared.
func (d *Declared) grant(v *tfstate.Attributes) {
	switch {
	case v.PermissionSetID != nil:
		d.text("permission_set_id", v.PermissionSetID)
	case v.EffectivePermissions != nil && v.Permissions != nil:
		d.list("permissions", v.EffectivePermissions)
	case v.Permissions != nil:
		d.list("permissions", written(v.Permissions))
	}
}

func readCompany(d *Declared, v *tfstate.Attributes) {
	d.Kind = KindCompany
	d.text("slug", v.Slug)
	d.text("currency", v.Currency)
	d.text("invoice_prefix", v.InvoicePrefix)
	d.text("quote_prefix", v.QuotePrefix)
	d.text("logo_url", v.LogoURL)
}

func readWebhook(d *Declared, v *tfstate.Attributes) {
	d.Kind, d.Name = KindWebhook, mask.URL(deref(v.URL))
	d.text("url", v.URL)
	d.list("events", v.Events)
	d.flag("enabled", v.Enabled)
	d.flag("enabled", v.IsActive)
	d.text("description", v.Description)
	d.number("retry_count", v.RetryCount)
	d.number("timeout", v.Timeout)
}

func readSet(d *Declared, v *tfstate.Attributes) {
	d.Kind = KindPermissionSet
	d.text("description", v.Description)
	d.grant(v)
}

func readMember(d *Declared, v *tfstate.Attributes) {
	d.Kind, d.Name = KindMember, strings.ToLower(v.Email)
	if v.MemberID == nil && v.InvitationID != nil {
		d.Kind = KindInvitation
	}
	d.Fields["email"] = d.Name
	d.text("role", v.Role)
	d.grant(v)
}

func readMerchant(d *Declared, v *tfstate.Attributes) {
	d.Kind = KindMerchant
	for name, flag := range map[string]*bool{
		"tfa": v.EnforceTFA, "passkey": v.EnforcePasskey, "google_login": v.EnforceGoogleLogin,
		"github_login": v.EnforceGithubLogin, "email_verified": v.EnforceEmailVerified,
	} {
		d.flag("enforce_"+name, flag)
	}
}

func (d *Declared) text(name string, value *string) {
	if value != nil {
		d.Fields[name] = *value
	}
}

func (d *Declared) flag(name string, value *bool) {
	if value != nil {
		d.Fields[name] = strconv.FormatBool(*value)
	}
}

func (d *Declared) number(name string, value *int) {
	if value != nil {
		d.Fields[name] = strconv.Itoa(*value)
	}
}

func (d *Declared) list(name string, value []string) {
	if value != nil {
		d.Fields[name] = canonical(value)
	}
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
