package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"slices"

	platformbillium "github.com/keyward/terraform-provider-keyward/internal/platform/billium"
	platformcorebill "github.com/keyward/terraform-provider-keyward/internal/platform/corebill"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/secret"
	"github.com/keyward/terraform-provider-keyward/internal/sandbox/store"
)

// nameOf is the name of one of the copies, as the configuration has it.
func nameOf(i int) string { return fmt.Sprintf("bench-%d", i) }

// seedCorebill adds copies of the key of that name to the sandbox's database.
func seedCorebill(ctx context.Context, w *world, name string, copies int) ([]replacements, error) {
	keys, err := w.store.CorebillKeys().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the sandbox's keys: %w", err)
	}
	i := slices.IndexFunc(keys, func(k store.CorebillKey) bool { return k.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("the sandbox has no key named %q", name)
	}
	return seed(ctx, w, copies, func(ctx context.Context, n int) (replacements, error) {
		k := keys[i]
		id, err := platformcorebill.NewID(rand.Reader, platformcorebill.APIKeyID)
		if err != nil {
			return nil, err
		}
		token, err := platformcorebill.NewToken(rand.Reader)
		if err != nil {
			return nil, err
		}
		k.ID, k.Name, k.KeyPrefix, k.TokenHash = id, nameOf(n), platformcorebill.KeyPrefix(token), secret.Hash(token)
		return replacements{keys[i].ID: k.ID, keys[i].Name: k.Name, keys[i].KeyPrefix: k.KeyPrefix}, w.store.CorebillKeys().Insert(ctx, k)
	})
}

// seedBillium adds copies of the key of that name to the sandbox's database.
func seedBillium(ctx context.Context, w *world, name string, copies int) ([]replacements, error) {
	keys, err := w.store.BilliumKeys().All(ctx)
	if err != nil {
		return nil, fmt.Errorf("read the sandbox's keys: %w", err)
	}
	i := slices.IndexFunc(keys, func(k store.BilliumKey) bool { return k.Name == name })
	if i < 0 {
		return nil, fmt.Errorf("the sandbox has no key named %q", name)
	}
	return seed(ctx, w, copies, func(ctx context.Context, n int) (replacements, error) {
		k := keys[i]
		id, err := platformbillium.NewID(rand.Reader, platformbillium.APIKeyID)
		if err != nil {
			return nil, err
		}
		token, err := platformbillium.NewToken(rand.Reader, k.Type)
		if err != nil {
			return nil, err
		}
		k.ID, k.Name, k.KeyPrefix, k.TokenHash = id, nameOf(n), platformbillium.KeyPrefix(token), secret.Hash(token)
		return replacements{keys[i].ID: k.ID, keys[i].Name: k.Name, keys[i].KeyPrefix: k.KeyPrefix}, w.store.BilliumKeys().Insert(ctx, k)
	})
}

// seed makes the copies in one transaction, counted from 1.
func seed(ctx context.Context, w *world, copies int, one func(context.Context, int) (replacements, error)) ([]replacements, error) {
	var made []replacements
	err := w.store.InTx(ctx, func(ctx context.Context) error {
		for n := range copies {
			with, err := one(ctx, n+1)
			if err != nil {
				return err
			}
			made = append(made, with)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("add keys to the sandbox: %w", err)
	}
	return made, nil
}
