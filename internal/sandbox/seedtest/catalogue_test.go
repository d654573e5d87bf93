package seedtest

import (
	"slices"
	"strings"
)

// The permissions as Billium's authentication page lists them, written out once
// more: taken from the code under test they would prove nothing.
var allPermissions = strings.Fields(`
	merchant:view merchant:edit merchant:delete merchant:billing
	invoice:view invoice:create invoice:edit invoice:delete
	product:view product:create product:edit product:delete
	customer:view customer:edit customer:delete
	team:view team:invite team:remove team:manage_roles
	api_key:view api_key:create api_key:edit api_key:delete
	webhook:view webhook:create webhook:edit webhook:delete
	checkout:view checkout:edit
	wallet:view wallet:create wallet:edit wallet:delete
	report:view`)

var adminPermissions = without(allPermissions, "merchant:delete", "merchant:billing")

// The page's note on MEMBER also names wallets, which would make 17; its count
// of 15 and the platform's accounts page agree on this set.
var memberPermissions = strings.Fields(`
	merchant:view invoice:view invoice:create invoice:edit product:view product:create product:edit
	customer:view customer:edit team:view api_key:view webhook:view checkout:view wallet:view report:view`)

var viewerPermissions = strings.Fields(`
	merchant:view invoice:view product:view customer:view team:view
	api_key:view webhook:view checkout:view wallet:view report:view`)

var publicPermissions = []string{"invoice:view", "invoice:create", "product:view"}

func without(permissions []string, unwanted ...string) []string {
	return slices.DeleteFunc(slices.Clone(permissions), func(p string) bool { return slices.Contains(unwanted, p) })
}

func domainOf(permission string) string {
	domain, _, _ := strings.Cut(permission, ":")
	return domain
}
