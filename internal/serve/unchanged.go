package serve

import (
	"bytes"
	"context"
	"encoding/json"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Planner is a provider that can tell by itself that there is nothing to plan for
// a resource. Most of a plan is that, and the framework takes all of a schema
// apart three times to find out.
type Planner interface {
	// PlanUnchanged reports whether the state that a resource has, which Terraform
	// proposes as it is, is its plan too, with nothing to tell. Otherwise it has
	// done nothing that the framework's plan can't do once more. private is the
	// private state by key, to which it adds what the plan keeps.
	PlanUnchanged(ctx context.Context, resourceType string, config, state *tfprotov6.DynamicValue, private map[string][]byte) bool
}

// unchanged answers what the framework would where there is nothing to plan, and
// nothing otherwise.
//
// What the framework does beyond asking the resource has no effect there, as long
// as no attribute has a default of the schema: unknown values are planned only
// where something differs, and plan modifiers have none to replace. Source:
// terraform-plugin-framework 1.19, internal/fwserver/server_planresourcechange.go;
// private state is JSON of its values by key, internal/privatestate/data.go.
func (s *server) unchanged(ctx context.Context, request *tfprotov6.PlanResourceChangeRequest) *tfprotov6.PlanResourceChangeResponse {
	prior, proposed := request.PriorState, request.ProposedNewState
	if s.planner == nil || prior == nil || proposed == nil || len(prior.MsgPack) == 0 || !bytes.Equal(prior.MsgPack, proposed.MsgPack) {
		return nil
	}
	private := map[string][]byte{}
	if len(request.PriorPrivate) > 0 && json.Unmarshal(request.PriorPrivate, &private) != nil {
		return nil
	}
	if !s.planner.PlanUnchanged(ctx, request.TypeName, request.Config, prior, private) {
		return nil
	}
	kept, err := json.Marshal(private)
	if err != nil {
		return nil
	}
	return &tfprotov6.PlanResourceChangeResponse{PlannedState: prior, PlannedPrivate: kept, PlannedIdentity: request.PriorIdentity}
}
