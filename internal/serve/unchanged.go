package serve

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/terraform-plugin-go/tfprotov6"
)

// Unchanging is a provider that can tell by itself that there is nothing to say of a
// resource. Most of a plan is that, and the framework takes all of a schema apart
// several times to find out.
type Unchanging interface {
	// ValidConfig reports whether there is nothing to say of a configuration.
	ValidConfig(ctx context.Context, resourceType string, config *tfprotov6.DynamicValue) bool
	// StateUnchanged reports whether a state that Terraform has kept, as JSON, is the
	// state of today's schema.
	StateUnchanged(resourceType string, version int64, state []byte) bool
	// PlanUnchanged reports whether the state that a resource has, which Terraform
	// proposes as it is, is its plan too, with nothing to tell; then it returns the
	// identity too, given the one that Terraform has, if any. Otherwise the framework
	// has to plan, in the context that is returned. private is the private state by
	// key, to which it adds what the plan keeps.
	PlanUnchanged(ctx context.Context, resourceType string, config, state, identity *tfprotov6.DynamicValue, private map[string][]byte) (_ context.Context, planned *tfprotov6.DynamicValue, unchanged bool)
	// ReadUnchanged refreshes a resource and reports whether it is as its state and
	// private state have it, with nothing to tell; then it returns the identity too.
	// Otherwise the framework has to read it, in the context that is returned.
	ReadUnchanged(ctx context.Context, resourceType string, state *tfprotov6.DynamicValue, private map[string][]byte) (_ context.Context, identity *tfprotov6.DynamicValue, unchanged bool)
}

// validate answers where there is nothing to say, and has the framework answer
// otherwise.
func (s *server) validate(ctx context.Context, request *tfprotov6.ValidateResourceConfigRequest) (*tfprotov6.ValidateResourceConfigResponse, error) {
	if s.unchanging == nil || !present(request.Config) || !s.unchanging.ValidConfig(ctx, request.TypeName, request.Config) {
		return s.protocolServer.ValidateResourceConfig(ctx, request)
	}
	return &tfprotov6.ValidateResourceConfigResponse{}, nil
}

// upgrade hands a state of today's schema back as it is, for Terraform to decode, and
// has the framework answer otherwise, which would decode it only to encode it.
func (s *server) upgrade(ctx context.Context, request *tfprotov6.UpgradeResourceStateRequest) (*tfprotov6.UpgradeResourceStateResponse, error) {
	if s.unchanging == nil || request.RawState == nil || !s.unchanging.StateUnchanged(request.TypeName, request.Version, request.RawState.JSON) {
		return s.protocolServer.UpgradeResourceState(ctx, request)
	}
	return &tfprotov6.UpgradeResourceStateResponse{UpgradedState: &tfprotov6.DynamicValue{JSON: request.RawState.JSON}}, nil
}

// plan answers what the framework would where there is nothing to plan, and has the
// framework answer otherwise.
//
// What the framework does beyond asking the resource has no effect there, as long
// as no attribute has a default of the schema: unknown values are planned only
// where something differs, and plan modifiers have none to replace. Source:
// terraform-plugin-framework 1.19, internal/fwserver/server_planresourcechange.go.
func (s *server) plan(ctx context.Context, request *tfprotov6.PlanResourceChangeRequest) (*tfprotov6.PlanResourceChangeResponse, error) {
	prior, proposed := request.PriorState, request.ProposedNewState
	private, ok := privateState(request.PriorPrivate)
	if s.unchanging == nil || !ok || !present(request.Config) || !present(prior) || !present(proposed) || !bytes.Equal(prior.MsgPack, proposed.MsgPack) {
		return s.protocolServer.PlanResourceChange(ctx, request)
	}
	ctx, identity, unchanged := s.unchanging.PlanUnchanged(ctx, request.TypeName, request.Config, prior, identityData(request.PriorIdentity), private)
	if !unchanged {
		return s.protocolServer.PlanResourceChange(ctx, request)
	}
	kept, err := json.Marshal(private)
	if err != nil {
		return s.protocolServer.PlanResourceChange(ctx, request)
	}
	return &tfprotov6.PlanResourceChangeResponse{
		PlannedState: prior, PlannedPrivate: kept, PlannedIdentity: &tfprotov6.ResourceIdentityData{IdentityData: identity},
	}, nil
}

// read answers what the framework would where a resource is as its state has it,
// and has the framework answer otherwise.
//
// The framework's own part is without effect there: semantic equality chooses
// between values that differ, and a state has no write-only ones. Source:
// terraform-plugin-framework 1.19, internal/fwserver/server_readresource.go.
func (s *server) read(ctx context.Context, request *tfprotov6.ReadResourceRequest) (*tfprotov6.ReadResourceResponse, error) {
	private, ok := privateState(request.Private)
	if s.unchanging == nil || !ok || !present(request.CurrentState) {
		return s.protocolServer.ReadResource(ctx, request)
	}
	ctx, identity, unchanged := s.unchanging.ReadUnchanged(ctx, request.TypeName, request.CurrentState, private)
	if !unchanged || !identifies(request.CurrentIdentity, identity) {
		return s.protocolServer.ReadResource(ctx, request)
	}
	return &tfprotov6.ReadResourceResponse{
		NewState: request.CurrentState, Private: request.Private, NewIdentity: &tfprotov6.ResourceIdentityData{IdentityData: identity},
	}, nil
}

// present reports whether there is a value, in the form in which Terraform sends it.
func present(value *tfprotov6.DynamicValue) bool {
	return value != nil && len(value.MsgPack) > 0 && len(value.JSON) == 0
}

// identityData is the identity that Terraform has, nil where it has none.
func identityData(of *tfprotov6.ResourceIdentityData) *tfprotov6.DynamicValue {
	if of == nil {
		return nil
	}
	return of.IdentityData
}

// identifies reports whether an identity is the one that Terraform has, if it has
// one.
func identifies(of *tfprotov6.ResourceIdentityData, identity *tfprotov6.DynamicValue) bool {
	has := identityData(of)
	return has == nil || bytes.Equal(has.MsgPack, identity.MsgPack)
}

// privateState takes apart what Terraform keeps beside a state: JSON of values by
// key, which are JSON too. Keys of the framework's own begin with a dot, and only the
// framework can tell what they mean, or what to make of what it didn't write itself.
// Source: terraform-plugin-framework 1.19, internal/privatestate/data.go.
func privateState(content []byte) (private map[string][]byte, ok bool) {
	if len(content) == 0 {
		return map[string][]byte{}, true
	}
	if json.Unmarshal(content, &private) != nil || len(private) == 0 {
		return nil, false
	}
	for key, value := range private {
		if strings.HasPrefix(key, ".") || !utf8.Valid(value) || !json.Valid(value) {
			return nil, false
		}
	}
	written, err := json.Marshal(private)
	return private, err == nil && bytes.Equal(written, content)
}
