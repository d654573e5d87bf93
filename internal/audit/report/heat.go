package report

import (
	"fmt"
	"slices"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/inventory"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// maxRows is how many principals a heat map shows: more could neither be read
// nor printed.
const maxRows = 100

// heatMap is a matrix of principals and what they may do.
type heatMap struct {
	Platform string
	Groups   []heatGroup
	Columns  []string
	Rows     []heatRow
	// Left is how many principals are not shown, which may do least.
	Left int
}

// heatGroup is a run of columns: a domain of permissions.
type heatGroup struct {
	Name    string
	Columns int
}

// heatRow is one principal.
type heatRow struct {
	Name, What, ID string
	Anchors        []string
	Cells          []heatCell
}

// heatCell tells by its class, its sign and its words, so that no one depends on
// colours.
type heatCell struct {
	Class, Sign, Words string
}

var (
	cellNone   = heatCell{"no", "", "no"}
	cellUsed   = heatCell{"used", "●", "yes, used"}
	cellUnused = heatCell{"unused", "○", "yes, not used"}
	cellHeld   = heatCell{"held", "•", "yes"}
)

// newHeatMap returns nil where there is no one on the platform.
func newHeatMap(r *audit.Report, platform inventory.Platform, anchors map[string][]string) *heatMap {
	principals := r.Inventory.Principals(platform)
	if len(principals) == 0 {
		return nil
	}
	heat := &heatMap{Platform: platform.Title(), Left: max(len(principals)-maxRows, 0)}
	names := heat.columns(platform)
	for _, p := range principals[:min(len(principals), maxRows)] {
		row := heatRow{Name: p.Name, What: what(p), ID: p.ID, Anchors: anchors[p.ID]}
		for _, name := range names {
			row.Cells = append(row.Cells, cell(p, name, r.Made.LogsSince != nil))
		}
		heat.Rows = append(heat.Rows, row)
	}
	return heat
}

// columns sets the columns and returns what they stand for.
func (h *heatMap) columns(platform inventory.Platform) []string {
	if platform == inventory.Corebill {
		h.Columns = corebill.LevelNames()
		h.Groups = []heatGroup{{"level", len(h.Columns)}}
		return h.Columns
	}
	for _, domain := range billium.Domains() {
		h.Groups = append(h.Groups, heatGroup{domain.Name, len(domain.Actions)})
		h.Columns = append(h.Columns, domain.Actions...)
	}
	return billium.Names(billium.Permissions())
}

// cell says whether a principal holds something, and whether it was seen to use
// it. Of members the logs say nothing.
func cell(p audit.Principal, name string, logged bool) heatCell {
	switch {
	case !slices.Contains(p.Holds, name):
		return cellNone
	case p.Key == nil || !logged || !p.Key.WholeUse:
		return cellHeld
	case slices.Contains(p.Used, name):
		return cellUsed
	default:
		return cellUnused
	}
}

func what(p audit.Principal) string {
	undeclared := ""
	if !p.Declared {
		undeclared = ", not declared"
	}
	switch {
	case p.Key == nil:
		return fmt.Sprintf("member, %s%s", p.Role, undeclared)
	case p.Key.Organization():
		return "key of the organization" + undeclared
	case p.Platform == inventory.Corebill:
		return "key of " + p.Scope + undeclared
	case p.Key.Type == billium.Public:
		return "public key" + undeclared
	default:
		return "secret key" + undeclared
	}
}
