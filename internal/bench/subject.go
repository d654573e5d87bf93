package main

import (
	"context"
	"fmt"

	"github.com/keyward/terraform-provider-keyward/internal/sandbox"
)

// subject is a type of resource to measure.
type subject struct {
	resource string
	// source of its provider; empty where Terraform has it built in.
	source string
	// body of the resource's block, of which there are many by count.
	body string
	// seed makes copies of the one object that the sandbox has by then, and
	// returns what each differs in from it; nil where no platform knows of them.
	seed func(ctx context.Context, w *world, name string, copies int) ([]replacements, error)
}

const (
	corebillKey   = "keyward_corebill_api_key"
	billiumKey    = "keyward_billium_api_key"
	baselineKey   = "baseline_key"
	terraformData = "terraform_data"
)

// subjects are the keys of both platforms and the baselines.
var subjects = []subject{
	{corebillKey, "keyward/keyward", `name = "bench-${count.index}"
  permission_level = "read"`, seedCorebill},
	{billiumKey, "keyward/keyward", `name = "bench-${count.index}"
  permissions = ["invoice:view"]`, seedBillium},
	{baselineKey, "keyward/baseline", `name = "bench-${count.index}"
  permission_level = "read"`, nil},
	{terraformData, "", `input = "bench-${count.index}"`, nil},
}

// config is a configuration of n of them.
func (s subject) config(n int) string {
	providers := ""
	if s.source != "" {
		local := s.source[len("keyward/"):]
		providers = fmt.Sprintf("terraform {\n  required_providers {\n    %s = { source = %q }\n  }\n}\n\n", local, s.source)
	}
	return providers + fmt.Sprintf("resource %q \"bench\" {\n  count = %d\n  %s\n}\n", s.resource, n, s.body)
}

// stand is a subject in its workspace, with a sandbox of its own where it needs
// one.
type stand struct {
	subject
	n         int // of resources
	world     *world
	workspace *workspace
}

func (b *bench) newStand(ctx context.Context, s subject, n int) (*stand, error) {
	var err error
	out := &stand{subject: s, n: n}
	if s.seed != nil {
		if out.world, err = b.newWorld(ctx, sandbox.RateLimitsOff); err != nil {
			return nil, err
		}
	}
	out.workspace, err = b.newWorkspace(out.world, s.config(n))
	return out, err
}

func (s *stand) close(ctx context.Context) error {
	if s == nil || s.world == nil {
		return nil
	}
	return s.world.close(ctx)
}
