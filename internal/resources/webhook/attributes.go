// Package webhook is the life of a webhook as a Terraform resource, written once
// for both platforms: the secret that is shown once, its rotation in place, the
// events and the address. What differs is behind the Platform interface.
package webhook

import (
	"fmt"
	"maps"
	"slices"

	"github.com/hashicorp/terraform-plugin-framework/resource/schema"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/planmodifier"
	"github.com/hashicorp/terraform-plugin-framework/resource/schema/stringplanmodifier"
	"github.com/hashicorp/terraform-plugin-framework/schema/validator"
	"github.com/hashicorp/terraform-plugin-framework/types"

	"github.com/keyward/terraform-provider-keyward/internal/platform/suggest"
	"github.com/keyward/terraform-provider-keyward/internal/resources/object"
	"github.com/keyward/terraform-provider-keyward/internal/validate"
)

// Attributes are those that a webhook has on both platforms.
type Attributes struct {
	ID                      types.String `tfsdk:"id"`
	URL                     types.String `tfsdk:"url"`
	Events                  types.Set    `tfsdk:"events"`
	RotateSecretWhenChanged types.Map    `tfsdk:"rotate_secret_when_changed"`
	Secret                  types.String `tfsdk:"secret"`
	OnConflict              types.String `tfsdk:"on_conflict"`
}

// Shared returns the attributes themselves; a model that embeds them has it.
func (a *Attributes) Shared() *Attributes { return a }

// Words is what a platform says of its webhooks.
type Words struct {
	// Events are those that a webhook can be sent; EventsHelp lists them for people.
	Events     []string
	EventsHelp string
	// Rotation tells what becomes of the old secret.
	Rotation string
	// PlainHTTP tells that the platform documents http addresses too.
	PlainHTTP bool
}

// Same is what two webhooks that pass for one have in common.
const Same = "URL and events"

// AfterImport says how an imported webhook gets a secret that is known.
const AfterImport = "Its secret was shown once, in an answer that is lost. For one that is known, declare rotate_secret_when_changed and apply, " +
	"then change a value in it and apply again: the webhook gets a new secret in place."

// Schema returns the schema of the shared attributes joined with the platform's
// own.
func Schema(kind object.Kind, words Words, own map[string]schema.Attribute) map[string]schema.Attribute {
	attributes := map[string]schema.Attribute{
		"id": object.Lasting("Id of the webhook."),
		"url": schema.StringAttribute{
			Required:            true,
			MarkdownDescription: urlHelp(words.PlainHTTP) + " Changed in place.",
			Validators:          []validator.String{address{plainHTTP: words.PlainHTTP}},
		},
		"events": schema.SetAttribute{
			Required:            true,
			ElementType:         types.StringType,
			MarkdownDescription: "Events to deliver, at least one. " + words.EventsHelp + " Changed in place.",
			Validators: validate.Words("webhook event", func(name string) error {
				return checkEvent(name, kind.Platform, words.Events)
			}),
		},
		"on_conflict": object.OnConflict(kind.Noun, kind.Same),
		"rotate_secret_when_changed": schema.MapAttribute{
			Optional:    true,
			ElementType: types.StringType,
			MarkdownDescription: "Any values; when they change, the webhook gets a new secret in place. " + words.Rotation +
				" Declaring the map for the first time, or removing it, rotates nothing.",
		},
		"secret": schema.StringAttribute{
			Computed:  true,
			Sensitive: true,
			MarkdownDescription: "The secret that signs the deliveries, as " + kind.Platform + " showed it once. " +
				"Null for an imported webhook, and for one whose secret was replaced outside Terraform: the platform never shows it again. " +
				"A change of `rotate_secret_when_changed` makes one that is known.",
			PlanModifiers: []planmodifier.String{stringplanmodifier.UseStateForUnknown()},
		},
	}
	maps.Copy(attributes, own)
	return attributes
}

func checkEvent(name, platform string, known []string) error {
	if slices.Contains(known, name) {
		return nil
	}
	return fmt.Errorf("%s has no event %q.%s", platform, name, suggest.DidYouMean(name, known))
}

// EventList returns a model's events as a request takes them, sorted.
func EventList[E ~string](events types.Set) []E {
	list := make([]E, 0, len(events.Elements()))
	for _, element := range events.Elements() {
		if event, ok := element.(types.String); ok {
			list = append(list, E(event.ValueString()))
		}
	}
	slices.Sort(list)
	return list
}
