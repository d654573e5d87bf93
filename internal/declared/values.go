package declared

import (
	"fmt"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/tfdoc"
)

// values are the attributes of a key's resource, of both types together. The
// token is not among them.
type values struct {
	ID                   string     `json:"id"`
	Name                 string     `json:"name"`
	TokenFingerprint     string     `json:"token_fingerprint"`
	CompanyID            string     `json:"company_id"`
	MerchantID           string     `json:"merchant_id"`
	PermissionLevel      string     `json:"permission_level"`
	Type                 string     `json:"type"`
	EffectivePermissions []string   `json:"effective_permissions"`
	PermissionSetID      string     `json:"permission_set_id"`
	OnNameConflict       string     `json:"on_name_conflict"`
	CreatedAt            *time.Time `json:"created_at"`
	Rotation             *struct {
		Overlap     *string `json:"overlap"`
		QuietPeriod *string `json:"quiet_period"`
		MaxOverlap  *string `json:"max_overlap"`
	} `json:"rotation"`
	Previous *struct {
		ID        string     `json:"id"`
		KeyPrefix string     `json:"key_prefix"`
		CreatedAt *time.Time `json:"created_at"`
	} `json:"previous"`
	Leftovers []struct {
		ID string `json:"id"`
	} `json:"leftovers"`
}

// defaultOverlap is what the provider's rotation block has where it says nothing.
const defaultOverlap = 24 * time.Hour

func decode(resource tfdoc.Resource) (key Key, err error) {
	var v values
	if err := resource.Decode(&v); err != nil {
		return key, err
	}
	key = Key{
		ID: v.ID, Name: v.Name, TokenFingerprint: v.TokenFingerprint, Scope: v.CompanyID + v.MerchantID, // a key has one of them
		Level: v.PermissionLevel, Type: v.Type, PermissionSetID: v.PermissionSetID, Permissions: v.EffectivePermissions,
		KeepsNamesakes: v.OnNameConflict == "allow", CreatedAt: orZero(v.CreatedAt),
	}
	if v.Previous != nil {
		key.Previous = &Previous{
			ID: v.Previous.ID, KeyPrefix: v.Previous.KeyPrefix, CreatedAt: orZero(v.Previous.CreatedAt),
		}
	}
	for _, leftover := range v.Leftovers {
		key.Leftovers = append(key.Leftovers, leftover.ID)
	}
	if v.Rotation == nil {
		return key, nil
	}
	for _, field := range []struct {
		name      string
		text      *string
		otherwise time.Duration
		into      *time.Duration
	}{
		{"overlap", v.Rotation.Overlap, defaultOverlap, &key.Overlap.For},
		{"quiet_period", v.Rotation.QuietPeriod, 0, &key.Overlap.Quiet},
		{"max_overlap", v.Rotation.MaxOverlap, 0, &key.Overlap.Max},
	} {
		if *field.into = field.otherwise; field.text == nil {
			continue
		}
		if *field.into, err = time.ParseDuration(*field.text); err != nil {
			return Key{}, fmt.Errorf("%s: rotation.%s is no duration: %w", resource.Address, field.name, err)
		}
	}
	return key, nil
}

func orZero(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return *t
}
