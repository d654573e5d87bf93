package audit

import "github.com/keyward/terraform-provider-keyward/internal/inventory"

// What is live, as the inventory has it.
type (
	// Platform is one of the two.
	Platform = inventory.Platform
	// Kind is what an object is.
	Kind = inventory.Kind
	// Object names one thing on a platform.
	Object = inventory.Object
	// Company is a live company of Corebill's.
	Company = inventory.Company
	// Merchant is a live merchant of Billium's.
	Merchant = inventory.Merchant
	// Webhook is a live webhook of either platform.
	Webhook = inventory.Webhook
	// Ping is how a webhook's endpoint answered.
	Ping = inventory.Ping
	// PermissionSet is a live permission set of Billium's.
	PermissionSet = inventory.PermissionSet
	// Member is on a merchant's team.
	Member = inventory.Member
	// Invitation is one that was not accepted.
	Invitation = inventory.Invitation
)

// The platforms and the kinds of object.
const (
	Corebill Platform = inventory.Corebill
	Billium  Platform = inventory.Billium

	KindKey           = inventory.KindKey
	KindCompany       = inventory.KindCompany
	KindMerchant      = inventory.KindMerchant
	KindWebhook       = inventory.KindWebhook
	KindPermissionSet = inventory.KindPermissionSet
	KindMember        = inventory.KindMember
	KindInvitation    = inventory.KindInvitation
)
