package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/client"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
)

// Options of Run.
type Options struct {
	// ProposeSets has keys that share their permissions use one permission set. A
	// plan then shows the set and the keys that change over to it.
	ProposeSets bool
	// Progress is told what is being read; nil for nobody.
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
func Run(ctx context.Context, access *inventory.Accounts, options Options) (*Result, error) {
	if options.Progress == nil {
		options.Progress = func(string) {}
	}
	selves := inventory.New(access).Whoami(ctx)
	single := len(access.Corebill) <= 1 && len(access.Billium) <= 1
	names := &namer{}
	var parts []*part
	for i, a := range access.Corebill {
		reader := &corebillReader{CorebillAccount: a, part: &part{name: fileName(a.Name)}, self: selves[i].Key, progress: options.Progress}
		if err := reader.read(ctx); err != nil {
			return nil, fmt.Errorf("reading the account %q: %w", a.Name, err)
		}
		reader.sort()
		parts = append(parts, reader.part)
	}
	for i, a := range access.Billium {
		reader := &billiumReader{BilliumAccount: a, part: &part{name: fileName(a.Name)}, self: selves[len(access.Corebill)+i].Key, progress: options.Progress}
		if err := reader.read(ctx); err != nil {
			return nil, fmt.Errorf("reading the account %q: %w", a.Name, err)
		}
		reader.sort()
		proposeSets(reader.part, options.ProposeSets)
		parts = append(parts, reader.part)
	}
	parts = once(parts)
	if !single {
		for _, p := range parts {
			p.alias(p.name)
		}
	}
	names.name(parts)
	return render(parts, providers(access, single)), nil
}

// sort puts each kind's objects into the order of what they are called, kinds in
// the order in which they were read.
func (p *part) sort() {
	rank := map[string]int{}
	for _, o := range p.objects {
		if _, ok := rank[o.kind]; !ok {
			rank[o.kind] = len(rank)
		}
	}
	slices.SortFunc(p.objects, func(a, b *object) int {
		return cmp.Or(cmp.Compare(rank[a.kind], rank[b.kind]), cmp.Compare(a.label, b.label), cmp.Compare(a.hint, b.hint), cmp.Compare(a.id, b.id))
	})
	slices.SortStableFunc(p.left, func(a, b leftOut) int { return cmp.Compare(a.what, b.what) })
}

func (p *part) alias(name string) {
	for _, o := range p.objects {
		o.alias = name
	}
}

// once leaves out what an earlier account reached already.
func once(parts []*part) []*part {
	seen := map[string]bool{}
	for _, p := range parts {
		kept := p.objects[:0]
		for _, o := range p.objects {
			if key := o.kind + "/" + o.id; o.id == "" || !seen[key] {
				seen[key] = true
				kept = append(kept, o)
			}
		}
		p.objects = kept
	}
	return parts
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
func fileName(accountName string) string { return slug(accountName, "account") }
