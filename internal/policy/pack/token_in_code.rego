# METADATA
# title: A credential is written into the configuration
# description: >-
#   A token in a .tf or .tfvars file is in the repository, its history and every plan. Terraform repeats in a plan
#   only what is constant as a whole: keyward scan looks at the files themselves.
# custom:
#   severity: critical
#   remedy: Revoke the key, then let the provider read COREBILL_API_KEY or BILLIUM_API_KEY, or an ephemeral variable.
package keyward.rules.token_in_code

deny contains {"address": place, "message": "there is a token here"} if {
	some place in input.keyward.tokens
	startswith(place, "configuration.")
}

deny contains {"address": place, "message": "there is a token in a variable's value"} if {
	some place in input.keyward.tokens
	startswith(place, "variables.")
}

deny contains {"address": address, "message": "the provider's api_key is a constant"} if {
	some name, provider in input.configuration.provider_config
	provider.name == "keyward"
	some platform in ["corebill", "billium"]
	walk(provider.expressions[platform], [path, value])
	constant(path)
	is_string(value)
	not contains(value, "…") # a token, which is told of above
	address := sprintf("provider.%s.%s.api_key", [name, platform])
}

# Terraform repeats the block as a whole, where all of it is constant, or its
# attributes one by one.
constant(path) if array.slice(path, count(path) - 2, count(path)) == ["constant_value", "api_key"]

constant(path) if array.slice(path, count(path) - 2, count(path)) == ["api_key", "constant_value"]
