package audit

import (
	"fmt"

	"github.com/keyward/terraform-provider-keyward/internal/platform/provisional"
)

// byMark returns the inventory without the keys that their names mark or that a
// declaration has in orphaned, and these.
func (in *Inventory) byMark(index *index) (unmarked *Inventory, marked []*Key) {
	rest := *in
	rest.Keys = nil
	for _, k := range in.Keys {
		if k.Mark == "" && index.orphaned[k.ID] == nil {
			rest.Keys = append(rest.Keys, k)
		} else {
			marked = append(marked, k)
		}
	}
	return &rest, marked
}

// checkOrphaned looks for keys whose creation was never finished, and tells of
// those that are being created.
func checkOrphaned(c *check) {
	for _, k := range c.marked {
		evidence := []string{made(k), lastUse(k)}
		switch {
		case k.Mark == provisional.Creating:
			c.add(k.Object, Finding{
				Severity: Info, Title: fmt.Sprintf("%s is being created.", upper(k.Short())), Evidence: evidence,
				Remedy: Remedy{Text: fmt.Sprintf("Audit again later: the key is orphaned once it is older than %d minutes.", int(provisional.OrphanAge.Minutes()))},
			})
		case k.Mark == "":
			d := c.index.orphaned[k.ID]
			c.add(k.Object, Finding{
				File: d.File, Address: d.Address, Title: fmt.Sprintf("%s is orphaned: an interrupted rotation made it.", upper(k.Short())),
				Evidence: append(evidence, d.Where()+" has it in orphaned."),
				Remedy: Remedy{
					Text:     "Apply, which revokes it; or, where no one can apply, revoke what is due by the same rules. Look at what would be revoked first.",
					Language: Shell, Code: "terraform show -json > state.json\nkeyward keys prune --state state.json --dry-run",
				},
			})
		case k.Mark != provisional.Orphan:
		case k.LastUsedAt != nil && k.LastUsedAt.Sub(k.CreatedAt) > provisional.FinishWithin:
			c.add(k.Object, Finding{
				Severity: High, Evidence: evidence, Remedy: pruning(),
				Title: fmt.Sprintf("%s has the name of a creation that was never finished, and is used.", upper(k.Short())),
			})
		default:
			c.add(k.Object, Finding{
				Title: fmt.Sprintf("%s is orphaned: its creation was never finished.", upper(k.Short())), Evidence: evidence, Remedy: pruning(),
			})
		}
	}
}

// checkExpired looks for ephemeral keys that outlived the time that their names
// say.
func checkExpired(c *check) {
	for _, k := range c.marked {
		if k.Mark != provisional.Expired {
			continue
		}
		ephemeral, _ := provisional.ParseEphemeral(k.Name)
		c.add(k.Object, Finding{
			Title:    fmt.Sprintf("%s was to live until %s.", upper(k.Short()), date(ephemeral.Until)),
			Evidence: []string{made(k), lastUse(k)}, Remedy: pruning(),
		})
	}
}

func pruning() Remedy {
	return Remedy{
		Text:     "Revoke it, and all that is due like it. Look at what would be revoked first.",
		Language: Shell, Code: "keyward keys prune --dry-run\nkeyward keys prune",
	}
}
