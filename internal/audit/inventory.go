package audit

import (
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// Inventory is everything that the rules look at.
type Inventory struct {
	Keys        []*Key
	Companies   []*Company
	Merchants   []*Merchant
	Webhooks    []*Webhook
	Sets        []*PermissionSet
	Members     []*Member
	Invitations []*Invitation
	Declared    []*Declared
	// DeclaredRead tells that there were states or plans to read, even if they
	// declare nothing.
	DeclaredRead bool
	// Revoked tells when declared keys were revoked that are live no longer, as
	// far as the platform still says.
	Revoked map[string]time.Time

	covered map[coverage]bool
}

// coverage names what was read completely.
type coverage struct {
	platform Platform
	scope    string
	kind     Kind
}

// Covered reports whether every live object of the kind was read. Of what was
// not, it can't be said to be gone.
func (in *Inventory) Covered(platform Platform, scope string, kind Kind) bool {
	return in.covered[coverage{platform, scope, kind}]
}

// Cover notes that every live object of the kind is in the inventory.
func (in *Inventory) Cover(platform Platform, scope string, kind Kind) {
	if in.covered == nil {
		in.covered = map[coverage]bool{}
	}
	in.covered[coverage{platform, scope, kind}] = true
}

// Key is a live API key, of which nothing but the prefix of its token is known.
type Key struct {
	Object

	// Account is the name of the source that it was read through.
	Account string
	Prefix  string
	// Level of a Corebill key.
	Level corebill.Level
	// Type of a Billium key, and what it is granted.
	Type            billium.KeyType
	Permissions     []billium.Permission
	PermissionSetID string
	Enabled         bool
	// Mark is what the name says, by the platform's clock: being created, orphaned,
	// expired; empty for any other key.
	Mark       provisional.Mark
	CreatedBy  string
	CreatedAt  time.Time
	LastUsedAt *time.Time
	// Own tells that the audit itself was made with it, for certain. MaybeOwn tells
	// that it has the prefix of the account's token, and that nothing else could be
	// told.
	Own, MaybeOwn bool
	// Use is what the logs say; nil where they hold nothing of it.
	Use *Use
	// WholeUse tells that the logs of everything the key reaches were read.
	WholeUse bool
}

// Organization reports whether the key reaches every company.
func (k *Key) Organization() bool { return k.Platform == Corebill && k.Scope == "" }

// Declared is an object as a state or a plan has it.
type Declared struct {
	Object

	// File and Address are where.
	File    string
	Address string
	// Fields are what it says, in canonical form, without what is unknown or left
	// to the platform.
	Fields map[string]string
	// Key is what the file has of a key; nil for any other object.
	Key *tfstate.Attributes
}

// Where is the declaration for a sentence: "prod.json: module.a.keyward_…".
func (d *Declared) Where() string { return d.File + ": " + d.Address }
