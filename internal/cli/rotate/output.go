package rotate

import (
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/keyward/terraform-provider-keyward/internal/due"
	"github.com/keyward/terraform-provider-keyward/internal/output"
)

// dueReport is what keyward rotate due prints as JSON. Its members only ever grow
// in number: scripts read them.
type dueReport struct {
	CheckedAt time.Time    `json:"checked_at"`
	States    int          `json:"states"`
	Keys      int          `json:"keys"`
	Due       []dueFinding `json:"due"`
}

// dueFinding is one thing that is due, or soon will be.
type dueFinding struct {
	State   string     `json:"state"`
	Address string     `json:"address"`
	Action  due.Action `json:"action"`
	Reason  due.Reason `json:"reason"`
	KeyID   string     `json:"key_id"`
	KeyName string     `json:"key_name"`
	// Due is null where it is due at once.
	Due *time.Time `json:"due"`
	// Status is "due", or "soon" for what --within adds.
	Status string `json:"status"`
}

func newDueFinding(state string, item due.Item, now time.Time) dueFinding {
	status := "soon"
	if item.DueAt(now) {
		status = "due"
	}
	return dueFinding{
		State: state, Address: item.Address, Action: item.Action, Reason: item.Reason,
		KeyID: item.KeyID, KeyName: item.KeyName, Due: item.Due, Status: status,
	}
}

// print writes the findings to stdout. Where there are none, the table is left
// away, and stderr says what has been looked at.
func (o *Options) print(r dueReport) error {
	if o.Format == output.FormatJSON {
		return output.JSON(o.Stdout, r)
	}
	if len(r.Due) == 0 {
		_, err := fmt.Fprintf(o.Stderr, "Nothing is due: %s in %s.\n", output.Count(r.Keys, "key"), output.Count(r.States, "state"))
		return err
	}
	table := tabwriter.NewWriter(o.Stdout, 0, 0, 2, ' ', 0)
	// A tabwriter keeps its first error for Flush.
	_, _ = fmt.Fprintln(table, "STATUS\tDUE\tACTION\tREASON\tKEY\tNAME\tRESOURCE\tSTATE")
	for _, f := range r.Due {
		since := "at once"
		if f.Due != nil {
			since = f.Due.UTC().Format(time.RFC3339)
		}
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n",
			f.Status, since, f.Action, f.Reason, f.KeyID, output.Clean(f.KeyName), output.Clean(f.Address), output.Clean(f.State))
	}
	return table.Flush()
}
