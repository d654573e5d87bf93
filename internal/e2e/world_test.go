//go:build unix

package e2e_test

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox/sandboxtest"
)

// world is a sandbox in this process, whose clock may be behind, and a workspace
// in which terraform works against it.
type world struct {
	*sandboxtest.Sandbox
	*workspace
	behind *atomic.Int64
}

func newWorld(t *testing.T, opts ...sandboxtest.Option) world {
	t.Helper()
	behind := &atomic.Int64{}
	clock := func() time.Time { return time.Now().Add(-time.Duration(behind.Load())) }
	s := sandboxtest.Start(t, append(opts, sandboxtest.WithClock(clock))...)
	outside := &sandbox{}
	outside.Corebill.BaseURL, outside.Corebill.APIKey, outside.Corebill.CompanyID =
		s.Credentials.Corebill.BaseURL, s.Credentials.Corebill.APIKey, s.Credentials.Corebill.CompanyID
	outside.Billium.BaseURL, outside.Billium.APIKey, outside.Billium.MerchantID =
		s.Credentials.Billium.BaseURL, s.Credentials.Billium.APIKey, s.Credentials.Billium.MerchantID
	return world{s, newWorkspace(t, outside), behind}
}

// setBehind sets how far the sandbox's clock is behind. What is made from then on
// is that old.
func (w world) setBehind(by time.Duration) { w.behind.Store(int64(by)) }

// heldKey is a key as a state file has it.
type heldKey struct {
	ID             string `json:"id"`
	Token          string `json:"token"`
	TokenEncrypted string `json:"token_encrypted"`
	Generation     int    `json:"generation"`
	Previous       *struct {
		ID        string    `json:"id"`
		RevokeDue time.Time `json:"revoke_due"`
	} `json:"previous"`
	Orphaned []struct {
		ID string `json:"id"`
	} `json:"orphaned"`
	// deposed are the keys that a replacement has still to revoke.
	deposed []string
}

// ids returns the ids of all keys that the state knows.
func (k heldKey) ids() []string {
	ids := append([]string{k.ID}, k.deposed...)
	if k.Previous != nil {
		ids = append(ids, k.Previous.ID)
	}
	for _, key := range k.Orphaned {
		ids = append(ids, key.ID)
	}
	return ids
}

// held returns the key of a resource as the state file on the disk has it now, and
// false where it has none; before there is any state, Terraform locks an empty
// file. Half a file, which is one being written, is an error.
func (w *workspace) held(resourceType string) (key heldKey, found bool, err error) {
	content, err := os.ReadFile(filepath.Join(w.dir, "terraform.tfstate"))
	if errors.Is(err, fs.ErrNotExist) || err == nil && len(content) == 0 {
		return heldKey{}, false, nil
	}
	var state struct {
		Resources []struct {
			Type      string `json:"type"`
			Instances []struct {
				Deposed    string  `json:"deposed"`
				Attributes heldKey `json:"attributes"`
			} `json:"instances"`
		} `json:"resources"`
	}
	if err == nil {
		err = json.Unmarshal(content, &state)
	}
	var deposed []string
	for _, resource := range state.Resources {
		for _, instance := range resource.Instances {
			switch {
			case resource.Type != resourceType:
			case instance.Deposed != "":
				deposed = append(deposed, instance.Attributes.ID)
			default:
				key, found = instance.Attributes, true
			}
		}
	}
	key.deposed = deposed
	return key, found, err
}

// platformKey is a key of either platform as its dashboard shows it.
type platformKey struct {
	ID, Name, Scope string
	CreatedAt       time.Time
	Live            bool
}

// corebillKeys returns every key, oldest first.
func (w world) corebillKeys(t *testing.T) []platformKey {
	t.Helper()
	var keys []platformKey
	for _, k := range w.CorebillKeys(t) {
		scope := "organization"
		if k.CompanyID != nil {
			scope = *k.CompanyID
		}
		keys = append(keys, platformKey{k.ID, k.Name, scope, k.CreatedAt, k.RevokedAt == nil && !k.Disabled})
	}
	slices.Reverse(keys)
	return keys
}

// billiumKeys returns every key, oldest first.
func (w world) billiumKeys(t *testing.T) []platformKey {
	t.Helper()
	var keys []platformKey
	for _, k := range w.BilliumKeys(t) {
		keys = append(keys, platformKey{k.ID, k.Name, w.Credentials.Billium.MerchantID, k.CreatedAt, k.RevokedAt == nil && k.IsActive})
	}
	slices.Reverse(keys)
	return keys
}
