package report

import "github.com/keyward/terraform-provider-keyward/internal/audit"

// drift is what is declared against what is live.
type drift struct {
	// Read tells that there were declarations to read.
	Read bool
	// Same objects are live as they are declared.
	Same       int
	Different  []shownFinding
	Undeclared []shownFinding
	Gone       []shownFinding
}

func newDrift(r *audit.Report, open []shownFinding) drift {
	d := drift{Read: r.Inventory.DeclaredRead}
	live := map[string]bool{}
	for _, k := range r.Inventory.Keys {
		live[k.ID] = true
	}
	for _, c := range r.Inventory.Companies {
		live[c.ID] = true
	}
	for _, m := range r.Inventory.Merchants {
		live[m.ID] = true
	}
	for _, w := range r.Inventory.Webhooks {
		live[w.ID] = true
	}
	for _, s := range r.Inventory.Sets {
		live[s.ID] = true
	}
	for _, m := range r.Inventory.Members {
		live[m.ID] = true
	}
	for _, i := range r.Inventory.Invitations {
		live[i.ID] = true
	}
	for _, declared := range r.Inventory.Declared {
		if live[declared.ID] {
			d.Same++
		}
	}
	// Accepted or not, what differs is not the same.
	for _, f := range r.Findings {
		if f.Rule == "different" {
			d.Same--
		}
	}
	for _, f := range open {
		switch f.Finding.Rule {
		case "different":
			d.Different = append(d.Different, f)
		case "undeclared":
			d.Undeclared = append(d.Undeclared, f)
		case "gone":
			d.Gone = append(d.Gone, f)
		}
	}
	return d
}
