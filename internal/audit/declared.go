package audit

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
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

// kinds are those of the resources without their platform.
var kinds = map[string]inventory.Kind{
	"api_key": inventory.KindKey, "company": inventory.KindCompany, "merchant": inventory.KindMerchant, "webhook": inventory.KindWebhook,
	"permission_set": inventory.KindPermissionSet, "team_member": inventory.KindMember,
}

// declaredFrom is what a resource declares.
func declaredFrom(r tfstate.Resource) *Declared {
	d := &Declared{
		Object: inventory.Object{Platform: inventory.Platform(r.Platform), Kind: kinds[tfstate.Thing(r.Type)], ID: r.ID, Name: r.Name, Scope: r.Scope},
		File:   r.File, Address: r.Address, Fields: declaredFields(&r.Attributes),
	}
	switch tfstate.Thing(r.Type) {
	case "api_key":
		d.Key = &r.Attributes
	case "webhook":
		d.Name = mask.URL(deref(r.URL))
	case "team_member":
		d.Name = strings.ToLower(r.Email)
		d.Fields["email"] = d.Name
		if r.MemberID == nil && r.InvitationID != nil {
			d.Kind = inventory.KindInvitation
		}
	}
	return d
}

// declaredFields are what attributes say, whatever the type, without what is null.
func declaredFields(v *tfstate.Attributes) map[string]string {
	f := map[string]string{}
	if v.Name != "" {
		f["name"] = v.Name
	}
	say(f, map[string]*string{
		"permission_level": v.PermissionLevel, "type": v.Type, "role": v.Role, "permission_set_id": v.PermissionSetID,
		"description": v.Description, "url": v.URL, "slug": v.Slug, "currency": v.Currency,
		"invoice_prefix": v.InvoicePrefix, "quote_prefix": v.QuotePrefix, "logo_url": v.LogoURL,
	})
	say(f, map[string]*int{"retry_count": v.RetryCount, "timeout": v.Timeout})
	say(f, map[string]*bool{
		"enabled": cmp.Or(v.Enabled, v.IsActive), "enforce_tfa": v.EnforceTFA, "enforce_passkey": v.EnforcePasskey,
		"enforce_google_login": v.EnforceGoogleLogin, "enforce_github_login": v.EnforceGithubLogin, "enforce_email_verified": v.EnforceEmailVerified,
	})
	if v.Events != nil {
		f["events"] = canonical(v.Events)
	}
	// Granted are a set, or permissions. What is inherited is not declared.
	switch {
	case v.PermissionSetID != nil || v.Permissions == nil:
	case v.EffectivePermissions != nil:
		f["permissions"] = canonical(v.EffectivePermissions)
	default:
		f["permissions"] = canonical(written(v.Permissions))
	}
	return f
}

// say notes the values that are not null.
func say[T any](f map[string]string, values map[string]*T) {
	for name, value := range values {
		if value != nil {
			f[name] = fmt.Sprint(*value)
		}
	}
}

func deref(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}

// fieldsOf are all that a declaration may say of an object, in canonical form.
func fieldsOf(object inventory.Item) map[string]string {
	switch o := object.(type) {
	case *Key:
		f := map[string]string{"name": o.Name, "enabled": strconv.FormatBool(o.Status == inventory.Live)}
		if o.Platform == inventory.Corebill {
			f["permission_level"] = string(o.Level)
			return f
		}
		f["type"] = string(o.Type)
		return grantFields(f, o.Permissions, deref(o.PermissionSetID))
	case *inventory.Company:
		return map[string]string{
			"name": o.Name, "slug": o.Slug, "currency": o.Currency, "invoice_prefix": o.InvoicePrefix,
			"quote_prefix": o.QuotePrefix, "logo_url": deref(o.LogoURL),
		}
	case *inventory.Merchant:
		f := map[string]string{"name": o.Name}
		for factor, on := range o.Factors {
			f["enforce_"+factor] = strconv.FormatBool(on)
		}
		return f
	case *inventory.Webhook:
		f := map[string]string{"url": o.URL, "events": canonical(o.Events), "enabled": strconv.FormatBool(o.Enabled)}
		if o.Platform == inventory.Billium {
			f["description"] = deref(o.Description)
			f["retry_count"], f["timeout"] = strconv.Itoa(o.RetryCount), strconv.Itoa(o.Timeout)
		}
		return f
	case *inventory.PermissionSet:
		return map[string]string{
			"name": o.Name, "description": deref(o.Description), "permissions": canonical(billium.Names(o.Permissions)),
		}
	case *inventory.Member:
		return grantFields(map[string]string{"email": o.Name, "role": string(o.Role)}, o.Permissions, o.PermissionSetID)
	case *inventory.Invitation:
		return grantFields(map[string]string{"email": o.Name, "role": string(o.Role)}, o.Permissions, o.PermissionSetID)
	default:
		return nil
	}
}

// grantFields says what is granted. A set's permissions are the set's to say.
func grantFields(f map[string]string, ps []billium.Permission, setID string) map[string]string {
	f["permission_set_id"] = setID
	f["permissions"] = canonical(billium.Names(ps))
	return f
}

// canonical is a set of words as one text: sorted, permissions as their table
// has them.
func canonical(words []string) string {
	sorted := slices.Clone(words)
	ps := make([]billium.Permission, len(words))
	for i, word := range words {
		ps[i] = billium.Permission(word)
	}
	if slices.ContainsFunc(ps, func(p billium.Permission) bool { return !p.Known() }) {
		slices.Sort(sorted)
	} else {
		sorted = billium.Names(billium.Sort(ps))
	}
	return strings.Join(sorted, ", ")
}

// written returns permissions with their wildcards written out, or as they are
// where one is not understood.
func written(patterns []string) []string {
	ps, err := billium.ExpandAll(patterns)
	if err != nil {
		return patterns
	}
	return billium.Names(ps)
}
