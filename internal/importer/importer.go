package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/resourcekind"
)

// Options of Run.
type Options struct {
	// ProposeSets has keys that share their permissions use one permission set. A
	// plan then shows the set and the keys that change over to it.
	ProposeSets bool
	// Progress is told what is being read; nil: no one.
	Progress func(what string)
}

// Result is the configuration.
type Result struct {
	Files []File
	// Objects have a resource, LeftOut have a comment that says why they have none.
	Objects, LeftOut int
}

// File is one file of the configuration.
type File struct {
	Name    string
	Content []byte
}

// Run reads every object of the accounts and writes them as configuration. A kind
// of objects that a credential may not read is left out, as a comment says; any
// other failure is an error.
func Run(ctx context.Context, accounts *inventory.Accounts, options Options) (*Result, error) {
	inv := inventory.New(accounts)
	parts, err := read(ctx, inv, options)
	if err != nil {
		return nil, err
	}
	var keys []inventory.Key
	for _, p := range parts {
		keys = append(keys, p.keys...)
	}
	owned := inv.Ownership(ctx, keys)
	single := len(accounts.Corebill) <= 1 && len(accounts.Billium) <= 1
	for _, p := range parts {
		for _, k := range p.keys {
			p.take(k, owned[k.ID])
		}
		p.sort()
		proposeSets(p, options.ProposeSets)
		if !single {
			p.alias(p.name)
		}
	}
	name(parts)
	return render(parts, providers(accounts, single)), nil
}

// read reads the accounts, each into a part of its own.
func read(ctx context.Context, inv *inventory.Inventory, options Options) ([]*part, error) {
	var parts []*part
	for page := range inv.Read(ctx, inventory.ReadOptions{Sequential: true}) {
		if page.Kind == "" {
			parts = append(parts, &part{name: fileName(page.Account.Name), companies: map[string]string{}})
			continue
		}
		p := parts[len(parts)-1]
		why, forbidden := forbidden(page.Err)
		switch {
		case forbidden:
			p.leave(unreadable(page), why)
		case page.Err != nil:
			return nil, fmt.Errorf("reading the account %q: %w", page.Account.Name, page.Err)
		}
		if options.Progress != nil && !page.Done {
			options.Progress("the " + page.Part())
		}
		for _, item := range page.Objects {
			ref := item.Ref()
			if ref.Kind == inventory.KindCompany {
				p.companies[ref.ID] = ref.Name
			}
			// Keys wait until it is known which are the accounts' own.
			if key, ok := item.(inventory.Key); ok {
				p.keys = append(p.keys, key)
				continue
			}
			p.take(item, inventory.NotOwn)
		}
	}
	return parts, nil
}

// unreadable names what a credential may not read.
func unreadable(page inventory.Page) string {
	what := map[inventory.Kind]string{
		inventory.KindMerchant: "The merchant " + page.Scope.ID, inventory.KindPermissionSet: "The permission sets", inventory.KindKey: "The API keys",
		inventory.KindMember: "The team's members", inventory.KindInvitation: "The invitations", inventory.KindWebhook: "The webhooks",
	}[page.Kind]
	if page.Account.Platform == inventory.Corebill && page.Scope.ID != "" {
		what += " of the company " + page.Scope.Name + " (" + page.Scope.ID + ")"
	}
	return cmp.Or(what, "The "+page.Part())
}

// sort puts each kind's objects into the order of what they are called.
func (p *part) sort() {
	rank := map[string]int{}
	for i, kind := range resourcekind.All() {
		rank[kind.ResourceType()] = i
	}
	slices.SortFunc(p.objects, func(a, b *object) int {
		return cmp.Or(cmp.Compare(rank[a.Type], rank[b.Type]), cmp.Compare(a.Label, b.Label), cmp.Compare(a.Hint, b.Hint), cmp.Compare(a.ID, b.ID))
	})
	slices.SortStableFunc(p.left, func(a, b leftOut) int { return cmp.Compare(a.what, b.what) })
}

// name gives every object a name of its own among those of its type.
func name(parts []*part) {
	var objects []*object
	var resources []resourcekind.Generated
	for _, p := range parts {
		for _, o := range p.objects {
			objects, resources = append(objects, o), append(resources, o.Generated)
		}
	}
	for i, name := range resourcekind.Names(resources) {
		objects[i].name = name
	}
}

func (p *part) alias(name string) {
	for _, o := range p.objects {
		o.alias = name
	}
}

// forbidden tells in words that the credential may not read something; ok is
// false for any other error.
func forbidden(err error) (why string, ok bool) {
	var failure *client.Error
	if !errors.Is(err, client.ErrForbidden) || !errors.As(err, &failure) {
		return "", false
	}
	return "the credential may not read it: " + failure.Message, true
}

// fileName is an account's file without .tf, and its provider's alias.
func fileName(accountName string) string { return resourcekind.Slug(accountName, "account") }
