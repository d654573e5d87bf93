// Package prune finds the live keys that Keyward may revoke without an apply, by
// the rules that the provider has for them, and revokes them. A key is revoked on
// positive evidence only: by what its own name says, by what a state says of it
// and, for unclaimed keys, by what the platform's log says and a person's yes.
package prune

import (
	"fmt"
	"net/http"
	"strings"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
	"github.com/keyward/terraform-provider-keyward/internal/rotation"
)

// Verdict is whether a key is revoked, and why or why not, for people.
type Verdict struct {
	Revoke bool   `json:"revoke"`
	Why    string `json:"why"`
}

func revoke(format string, args ...any) Verdict { return Verdict{true, fmt.Sprintf(format, args...)} }

func keep(format string, args ...any) Verdict { return Verdict{false, fmt.Sprintf(format, args...)} }

// byName decides about a key by what its name says; ok is false where that is
// nothing. now is the platform's time.
func byName(key inventory.Key, now time.Time) (v Verdict, kind Kind, ok bool) {
	switch provisional.MarkOf(key.Name, key.CreatedAt, now) {
	case provisional.Orphan:
		return revoke("its creation was never finished, and it is older than %s: no one can have its token", minutes(provisional.OrphanAge)), Orphaned, true
	case provisional.Creating:
		return keep("its creation is under way: it is orphaned only once it is older than %s", minutes(provisional.OrphanAge)), Orphaned, true
	case provisional.Expired:
		ephemeral, _ := provisional.ParseEphemeral(key.Name)
		return revoke("it is an ephemeral key that was to live until %s", stamp(ephemeral.Until)), Ephemeral, true
	default:
		return Verdict{}, "", false
	}
}

// replaced decides about a previous key. current is the key that replaced it; nil
// where that is not live. now is the platform's time.
func replaced(overlap rotation.Overlap, previous inventory.Key, current *inventory.Key, now time.Time) Verdict {
	switch {
	case current == nil:
		return keep("the key that replaced it is not live: apply first")
	case current.Status != inventory.Live:
		return keep("the key that replaced it, %s, is %s: enable it, or apply first", current.ID, current.Status)
	case current.Mark != "":
		return keep("the key that replaced it, %s, is %s", current.ID, current.Mark)
	case current.LastUsedAt == nil:
		return keep("the key that replaced it, %s, has never been used, so it is not known to work: apply, which verifies it", current.ID)
	}
	return over(overlap, rotation.Replaced{Since: current.CreatedAt, LastUsedAt: previous.LastUsedAt}, now)
}

// over decides by the overlap alone.
func over(overlap rotation.Overlap, key rotation.Replaced, now time.Time) Verdict {
	// Without an end of the wait for quiet, it might still wait.
	waiting := rotation.Overlap{For: overlap.For, Quiet: overlap.Quiet}.Status(key, now) == rotation.InUse
	due := stamp(overlap.Due(key.Since))
	switch status := overlap.Status(key, now); {
	case overlap.None():
		return revoke("it was replaced, and its resource has no overlap")
	case status == rotation.Overlapping:
		return keep("its overlap ends at %s", due)
	case status == rotation.InUse:
		return keep("it was used at %s, less than its quiet_period (%s) ago", stamp(*key.LastUsedAt), overlap.Quiet)
	case waiting:
		return revoke("it is still used, but its max_overlap ended at %s", stamp(key.Since.Add(overlap.Max)))
	default:
		return revoke("its overlap ended at %s", due)
	}
}

// listed decides about a key that a state has in orphaned and whose name says
// nothing: the finished new key of a rotation whose state was lost. uses are its
// newest requests, maxUses at most.
func listed(key inventory.Key, uses []inventory.Request) Verdict {
	if use := used(key, uses); use != "" {
		return keep("its resource has it in orphaned, but %s", use)
	}
	return revoke("its resource has it in orphaned, and nothing but Keyward's verification has used it")
}

// unclaimed decides about a key that is in none of the states; ok is false where
// there is no evidence that Keyward made it. edits are the changes of it by the
// key that made it until FinishWithin after its creation; uses its newest
// requests, maxUses at most. whole says that the log has all of these. now is the
// platform's time.
func unclaimed(key inventory.Key, edits, uses []inventory.Request, whole bool, now time.Time) (v Verdict, ok bool) {
	finished := finish(key, edits)
	if finished == nil || key.LastUsedAt != nil || used(key, uses) != "" {
		return Verdict{}, false
	}
	evidence := fmt.Sprintf("made by Keyward (%s with %s finished it at %s), used by no one, in none of the states",
		finished.UserAgent, *finished.KeyID, stamp(finished.CreatedAt))
	switch {
	case now.Sub(key.CreatedAt) <= provisional.OrphanAge:
		return keep("%s; the apply that made it may still be running: look again once the key is older than %s", evidence, minutes(provisional.OrphanAge)), true
	case !whole:
		return keep("%s, as far as this credential sees: it doesn't see every request. Use a key of the whole organization, or keyward keys revoke %s", evidence, key.ID), true
	}
	return revoke("%s; something that the killed run deployed may have its token", evidence), true
}

// finish returns the request with which a Keyward provider gave the key its final
// name; nil where there is none.
func finish(key inventory.Key, edits []inventory.Request) *inventory.Request {
	end := key.CreatedAt.Add(provisional.FinishWithin)
	for i, edit := range edits {
		if edit.Method == http.MethodPatch && strings.HasSuffix(edit.Path, "/"+key.ID) && edit.KeyID != nil && *edit.KeyID == key.CreatedBy &&
			edit.Status/100 == 2 && strings.HasPrefix(edit.UserAgent, provider) && !edit.CreatedAt.After(end) {
			return &edits[i]
		}
	}
	return nil
}

const (
	// provider begins the user agent of the provider.
	provider = "terraform-provider-keyward/"
	// maxUses is how many uses of a key are looked at. A key that has as many may
	// have others.
	maxUses = rotation.MaxRequests
)

// used says what has used a key but Keyward's verification of a new token; "" for
// nothing.
func used(key inventory.Key, uses []inventory.Request) string {
	var last time.Time
	for _, use := range uses {
		if !verification(key, use) {
			return fmt.Sprintf("%s at %s used it at %s (answered %d)", use.UserAgent, use.IP, stamp(use.CreatedAt), use.Status)
		}
		last = use.CreatedAt
	}
	switch {
	case len(uses) >= maxUses:
		return "it has too many uses to look at all of them"
	// Times in logs may be a little off from those in keys.
	case key.LastUsedAt != nil && key.LastUsedAt.Sub(last) > time.Second:
		return fmt.Sprintf("it was used at %s by what the log doesn't show", stamp(*key.LastUsedAt))
	default:
		return ""
	}
}

// verification reports whether a request is that with which a rotation has verified
// the key's token.
func verification(key inventory.Key, use inventory.Request) bool {
	return rotation.Verification(rotation.Row{UserAgent: use.UserAgent}, key.ID)
}

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }

func minutes(d time.Duration) string { return fmt.Sprintf("%d minutes", int(d.Minutes())) }
