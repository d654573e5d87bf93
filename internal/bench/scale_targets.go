package main

import "fmt"

// What a plan of many keys may cost.
const (
	mostOfBaseline   = 0.5  // of the wall time of the minimal provider
	mostOfTerraform  = 2.2  // of that of terraform_data
	pageSize         = 100  // keys that a list request returns
	mostMemory       = 80e6 // bytes
	mostGrowthTo5000 = 5.5  // of the plugin's CPU, from 1,000 keys
)

// scaleTargets compares the readings of the size with the baselines, and those
// of the large size with it.
func scaleTargets(readings []reading, size, large int) []target {
	find := func(n int, resource string, o operation) cost {
		for _, r := range readings {
			if r.n == n && r.resource == resource && r.operation == o {
				return r.cost
			}
		}
		return cost{}
	}
	var out []target
	for _, resource := range []string{corebillKey, billiumKey} {
		plan := find(size, resource, planning)
		what := fmt.Sprintf("plan of %d unchanged `%s`", size, resource)
		peak := max(plan.peak, find(size, resource, applying).peak, find(size, resource, destroying).peak)
		out = append(out,
			atMost(what+" ÷ the minimal provider", ratio(plan.wall, find(size, baselineKey, planning).wall), mostOfBaseline, "%.2f"),
			atMost(what+" ÷ `terraform_data`", ratio(plan.wall, find(size, terraformData, planning).wall), mostOfTerraform, "%.2f"),
			atMost(what+", requests", float64(plan.requests), float64(pages(size)+1), "%.0f"),
			atMost(fmt.Sprintf("peak memory at %d `%s`, MB", size, resource), float64(peak)/1e6, mostMemory/1e6, "%.0f"),
			atMost(fmt.Sprintf("plugin's CPU, plan of %d ÷ plan of %d `%s`", large, size, resource),
				ratio(find(large, resource, planning).cpu, plan.cpu), mostGrowthTo5000*float64(large)/float64(5*size), "%.1f"))
	}
	return out
}

// pages is how many pages n keys fill.
func pages(n int) int { return (n + pageSize - 1) / pageSize }
