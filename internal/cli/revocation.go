package cli

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/cli/output"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/tfstate"
)

// How a revocation was proved.
const (
	proofByToken = "401"
	proofByKey   = "revoked_at"
)

// revocation is what came of revoking a key.
type revocation struct {
	pastedAt

	Key inventory.Key `json:"key"`
	// Already says that it had been revoked before.
	Already bool `json:"already_revoked"`
	// Proof is 401 for a refused token, or revoked_at for what the platform says.
	Proof string `json:"proof"`
	// Managed is the address of the resource that manages it; null where that is
	// none, or not known.
	Managed *string `json:"managed_by"`
	// Next is what to do in the code.
	Next []string `json:"next"`

	managed *tfstate.Resource
	looked  bool
}

func (r *revocation) write(w io.Writer, format output.Format) error {
	r.Next = r.next()
	if r.managed != nil {
		r.Managed = &r.managed.Address
	}
	if format == output.FormatJSON {
		return output.JSON(w, r)
	}
	var b strings.Builder
	verb := "Revoked"
	if r.Already {
		verb = "Revoked before:"
	}
	fmt.Fprintf(&b, "%s %s\n%s\n\nWhat to do in the code\n", verb, output.Clean(r.Key.String()), r.proved())
	for _, line := range r.Next {
		fmt.Fprintf(&b, "  - %s\n", output.Clean(line))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

func (r *revocation) proved() string {
	at := "an unknown time"
	if r.Key.RevokedAt != nil {
		at = r.Key.RevokedAt.UTC().Format(time.RFC3339)
	}
	if r.Proof == proofByToken {
		return "Confirmed: the platform answers its token with 401. Revoked at " + at + "."
	}
	return "The platform lists it as revoked since " + at + "."
}

// next says what makes the next apply agree.
func (r *revocation) next() []string {
	kind := r.Key.ResourceType()
	switch {
	case r.managed != nil && r.managed.ID == r.Key.ID:
		return []string{
			fmt.Sprintf("%s (in %s) manages it.", r.managed.Address, r.managed.File),
			"If the key is still needed, change nothing: the next plan says that it was revoked, and the apply creates another one. Hand out the new token.",
			fmt.Sprintf("If it is not, remove the block %s: the next apply removes it from the state.", r.managed.Address),
		}
	case r.managed != nil:
		return []string{
			fmt.Sprintf("It is the previous key of %s (in %s), which a rotation replaced. Change nothing: the next apply finds it revoked.", r.managed.Address, r.managed.File),
		}
	case r.looked:
		return []string{"No state that was given manages it: there is nothing to change."}
	default:
		return []string{
			fmt.Sprintf("If a %s named %q manages it and the key is still needed, change nothing: the next plan says that it was revoked, and the apply creates another one. Hand out the new token.", kind, r.Key.Name),
			"If it is not needed, remove that block: the next apply removes it from the state.",
			"If it was made by hand, there is nothing to change. (--state shows which of these it is.)",
		}
	}
}
