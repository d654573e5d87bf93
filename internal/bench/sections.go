package main

import (
	"context"
	"fmt"
	"strings"
)

// section is one of the things that are measured.
type section struct {
	name, title string
	run         func(context.Context, *bench) (part, error)
}

// sections, in the order in which they run.
var sections = []section{
	{"plan", "Plan, apply and destroy", measureScale},
	{"start", "Start-up", measureStart},
	{"sandbox", "Sandbox under load", measureSandbox},
	{"code", "Transport, paging and permission algebra", measureCode},
	{"limits", "Under Billium's documented limits", measureLimits},
}

func sectionNames() string {
	names := make([]string, len(sections))
	for i, s := range sections {
		names[i] = s.name
	}
	return strings.Join(names, ", ")
}

// chosen returns the sections of those names, in their own order.
func chosen(names string) ([]section, error) {
	wanted := map[string]bool{}
	for name := range strings.SplitSeq(names, ",") {
		wanted[strings.TrimSpace(name)] = true
	}
	if wanted["all"] {
		return sections, nil
	}
	var out []section
	for _, s := range sections {
		if wanted[s.name] {
			out = append(out, s)
			delete(wanted, s.name)
		}
	}
	for name := range wanted {
		return nil, fmt.Errorf("there is no section %q: the sections are %s", name, sectionNames())
	}
	return out, nil
}
