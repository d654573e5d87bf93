package billium

import (
	"io"
	"strings"

	"github.com/keyward/terraform-provider-keyward/internal/platform/random"
)

// Kind is the prefix of an id; it names what the id belongs to.
type Kind string

// The kinds of id. Billium documents mer, inv, pay, cus, prd, wh, wal and evt;
// the rest are the contract's.
const (
	MerchantID      Kind = "mer"
	InvoiceID       Kind = "inv"
	WebhookID       Kind = "wh"
	EventID         Kind = "evt"
	APIKeyID        Kind = "key"
	PermissionSetID Kind = "pset"
	TeamMemberID    Kind = "tm"
	InvitationID    Kind = "invite"
	LogID           Kind = "log"
)

const idLength = 32

// NewID mints an id of the kind: its prefix, an underscore, 32 hex digits.
func NewID(source io.Reader, kind Kind) (string, error) {
	unique, err := random.String(source, random.Hex, idLength)
	if err != nil {
		return "", err
	}
	return string(kind) + "_" + unique, nil
}

// ValidID reports whether s is a well-formed id of the kind.
func ValidID(kind Kind, s string) bool {
	unique, ok := strings.CutPrefix(s, string(kind)+"_")
	return ok && random.Only(unique, random.Hex, idLength)
}
