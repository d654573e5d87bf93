package main

import (
	"fmt"
	"strings"
	"time"
)

// What a plan of many keys may cost.
const (
	mostOfBaseline   = 0.6  // of the wall time of the minimal provider
	mostOfTerraform  = 3.0  // of that of terraform_data
	pageSize         = 100  // keys that a list request returns
	mostMemory       = 90e6 // bytes
	mostGrowthTo5000 = 5.5  // of the plugin's CPU, from 1,000 keys
)

// growth is how many times the CPU of each plugin's plans grew from one size to a
// larger one, of plans that ran in turn.
func growth(larger, smaller []reading) map[string]float64 {
	grown := map[string]float64{}
	for _, s := range smaller {
		for _, l := range larger {
			if l.resource == s.resource {
				grown[s.resource] = ratio(l.cpu, s.cpu)
			}
		}
	}
	return grown
}

// growthWhy tells what of a plugin's growth is the machine's.
func growthWhy(grown map[string]float64, size, large int) string {
	return fmt.Sprintf("\n\nThe growth from %d to %d is that of plans that ran in turn, the smaller ones several times in theirs. The CPU of the minimal\n"+
		"provider, which keeps nothing from one resource to the next, grew %.1f times between them: what more than %.1f that is, the machine adds.", size, large, grown[baselineKey], float64(large)/float64(size))
}

// scaleTargets compares the readings of the size with the baselines, and the
// plugin's growth to the large size with what is linear.
func scaleTargets(readings []reading, grown map[string]float64, size, large int) []target {
	find := func(n int, resource string, o operation) cost { return costOf(readings, n, resource, o) }
	var out []target
	for _, resource := range []string{corebillKey, billiumKey} {
		plan := find(size, resource, planning)
		what := fmt.Sprintf("plan of %d unchanged `%s`", size, resource)
		peak := max(plan.peak, find(size, resource, applying).peak, find(size, resource, destroying).peak)
		out = append(out,
			atMost(what+" ÷ the minimal provider", ratio(plan.wall, find(size, baselineKey, planning).wall), mostOfBaseline, "%.2f"),
			atMost(what+" ÷ `terraform_data`", ratio(plan.wall, find(size, terraformData, planning).wall), mostOfTerraform, "%.2f"),
			atMost(what+", requests", float64(plan.requests), float64(pages(size)+3), "%.0f"),
			atMost(fmt.Sprintf("peak memory at %d `%s`, MB", size, resource), float64(peak)/1e6, mostMemory/1e6, "%.0f"),
			atMost(fmt.Sprintf("plugin's CPU, plan of %d ÷ plan of %d `%s`", large, size, resource),
				grown[resource], mostGrowthTo5000*float64(large)/float64(5*size), "%.1f"))
	}
	return out
}

func costOf(readings []reading, n int, resource string, o operation) cost {
	for _, r := range readings {
		if r.n == n && r.resource == resource && r.operation == o {
			return r.cost
		}
	}
	return cost{}
}

// scaleWhy tells what of a plan is not the plugin's.
func scaleWhy(readings []reading, size, cores int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Of a plan of %d, Terraform itself takes (all less the plugin's CPU):\n\n", size)
	bare := costOf(readings, size, terraformData, planning)
	for _, resource := range []string{corebillKey, billiumKey} {
		plan := costOf(readings, size, resource, planning)
		core := plan.all - plan.cpu
		fmt.Fprintf(&b, "- with `%s` %s s of CPU, with `%s` %s s. A plugin that cost nothing at all, with all of %d cores busy all the time,\n"+
			"  would make it %.2f times the wall time of `%s`.\n",
			resource, seconds(core), terraformData, seconds(bare.all), cores, ratio(core/time.Duration(cores), bare.wall), terraformData)
	}
	b.WriteString("\n" + profiles)
	return b.String()
}

// profiles is what profiles of a plan of 1,000 keys showed, taken with runtime/pprof
// in the plugin and in a build of Terraform 1.15.9.
const profiles = "CPU profiles of a plan of 1,000 keys (November 2026, the plugin and Terraform 1.15.9) say where that goes. In Terraform: a\n" +
	"sixth to copies of the state of all instances for each of them (`AttachStateTransformer`, which grows with the square of\n" +
	"their number and with the size of a key's state), a fifth to the garbage collector, a tenth each to reading and to writing\n" +
	"the instances' states, a twelfth to deriving the schema's type at each step, the rest to encoding, decoding and comparing\n" +
	"all attributes; to the calls themselves, 3 %. The plugin has a fifteenth of the samples of both: of them a quarter for reading\n" +
	"keys, a fifth for planning, a tenth each for validating and for decoding states, none of which asks the framework where there\n" +
	"is nothing to say; the rest is gRPC and the start of the plugin's processes."

// pages is how many pages n keys fill.
func pages(n int) int { return (n + pageSize - 1) / pageSize }
