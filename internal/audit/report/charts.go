package report

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/keyward/terraform-provider-keyward/internal/audit"
	"github.com/keyward/terraform-provider-keyward/internal/output"
	"github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	"github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
)

// The chart's measures, in units of its own that the page scales.
const (
	chartWidth  = 960
	chartLeft   = 250
	chartRight  = 150
	chartRow    = 22
	chartTop    = 34
	chartBottom = 14
	maxBars     = 40
	maxName     = 30
)

// chart shows the keys' lives: from their creation over their last use until now.
type chart struct {
	Width, Height int
	Plot          plot
	Bars          []bar
	Ticks         []tick
	// Limit is where the maximum age ends, where that is in the picture.
	Limit *tick
	// Left is how many younger keys are not shown.
	Left int
	Text string
}

// plot is where the time is.
type plot struct{ X1, X2, Top, Bottom int }

// bar is one key.
type bar struct {
	Name, Full, ID       string
	Y, Base              int
	Created, Used, Now   float64
	Never, Rests         bool
	Note                 string
	CreatedDate, UseDate string
	Age                  int
}

// tick is a line at a time.
type tick struct {
	X     float64
	Label string
}

// newChart returns nil where there is no key.
func newChart(r *audit.Report) *chart {
	keys := slices.Clone(r.Inventory.Keys)
	if len(keys) == 0 {
		return nil
	}
	slices.SortStableFunc(keys, func(a, b *audit.Key) int { return a.CreatedAt.Compare(b.CreatedAt) })
	shown := keys[:min(len(keys), maxBars)]
	c := &chart{Width: chartWidth, Left: len(keys) - len(shown)}
	c.Height = chartTop + chartRow*len(shown) + chartBottom
	c.Plot = plot{chartLeft, chartWidth - chartRight, chartTop, c.Height - chartBottom}
	now := r.Made.Began
	scale := newScale(shown[0].CreatedAt, now)
	for i, k := range shown {
		c.Bars = append(c.Bars, newBar(k, i, scale, now, r.Policy))
	}
	c.Ticks = scale.ticks()
	if at := now.Add(-r.Policy.MaxAge); r.Policy.MaxAge > 0 && at.After(scale.from) {
		c.Limit = &tick{scale.x(at), "maximum age"}
	}
	c.Text = fmt.Sprintf("The %s, each from its creation to now, with its last use. The table below says the same.", output.Count(len(shown), "oldest key"))
	return c
}

func newBar(k *audit.Key, index int, s scale, now time.Time, p audit.Policy) bar {
	y := chartTop + chartRow*index + chartRow/2
	b := bar{
		Name: shorten(k.Name), Full: k.Name, ID: k.ID, Y: y, Base: y + 4, Created: s.x(k.CreatedAt), Now: s.x(now),
		CreatedDate: date(k.CreatedAt), UseDate: "never", Age: int(now.Sub(k.CreatedAt) / audit.Day),
	}
	b.Note = output.Count(b.Age, "day")
	if k.LastUsedAt == nil {
		b.Never = true
		b.Note += ", never used"
		return b
	}
	rest := now.Sub(*k.LastUsedAt)
	b.Used, b.UseDate = s.x(*k.LastUsedAt), date(*k.LastUsedAt)
	if p.UnusedAfter > 0 && rest >= p.UnusedAfter {
		b.Rests = true
		b.Note += fmt.Sprintf(", rests %d", int(rest/audit.Day))
	}
	return b
}

// shorten cuts a name that has no room.
func shorten(name string) string {
	if utf8.RuneCountInString(name) <= maxName {
		return name
	}
	return string([]rune(name)[:maxName-1]) + "…"
}

// scale puts times on the plot.
type scale struct{ from, to time.Time }

func newScale(from, to time.Time) scale {
	if to.Sub(from) < audit.Day {
		from = to.Add(-audit.Day)
	}
	return scale{from, to}
}

func (s scale) x(t time.Time) float64 {
	share := float64(t.Sub(s.from)) / float64(s.to.Sub(s.from))
	x := chartLeft + min(max(share, 0), 1)*(chartWidth-chartLeft-chartRight)
	return float64(int(x*10+0.5)) / 10
}

// steps are the distances that ticks may have, in months.
var steps = []int{1, 2, 3, 6, 12, 24, 60, 120}

// maxTicks is how many have room.
const maxTicks = 8

// ticks are at the beginnings of months or years or, for a short time, at its
// two ends.
func (s scale) ticks() []tick {
	for _, months := range steps {
		if found := s.every(months); len(found) > 1 && len(found) <= maxTicks {
			return found
		}
	}
	return []tick{{s.x(s.from), s.from.UTC().Format(time.DateOnly)}, {s.x(s.to), s.to.UTC().Format(time.DateOnly)}}
}

func (s scale) every(months int) []tick {
	var found []tick
	first := s.from.UTC()
	at := time.Date(first.Year(), 1, 1, 0, 0, 0, 0, time.UTC)
	for ; !at.After(s.to); at = at.AddDate(0, months, 0) {
		if at.Before(s.from) {
			continue
		}
		layout := "Jan 2006"
		if months >= 12 {
			layout = "2006"
		}
		found = append(found, tick{s.x(at), strings.TrimSpace(at.Format(layout))})
	}
	return found
}

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
func newHeatMap(r *audit.Report, platform audit.Platform, anchors map[string][]string) *heatMap {
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
func (h *heatMap) columns(platform audit.Platform) []string {
	if platform == audit.Corebill {
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
	case p.Platform == audit.Corebill:
		return "key of " + p.Scope + undeclared
	case p.Key.Type == billium.Public:
		return "public key" + undeclared
	default:
		return "secret key" + undeclared
	}
}
