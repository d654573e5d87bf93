package store

import (
	"context"
	"time"
)

// Merchant is a Billium account. A database has one.
type Merchant struct {
	ID        string
	Name      string
	CreatedAt time.Time
}

// CreateMerchant adds the merchant.
func (s *Store) CreateMerchant(ctx context.Context, m Merchant) error {
	_, err := s.write(ctx, "INSERT INTO merchants (id, name, created_at) VALUES (?, ?, ?)", m.ID, m.Name, micros(m.CreatedAt))
	return err
}

// FirstMerchant returns the database's merchant: ErrNotFound in an empty one.
func (s *Store) FirstMerchant(ctx context.Context) (Merchant, error) {
	return one(ctx, s, scanMerchant, "SELECT id, name, created_at FROM merchants ORDER BY created_at, id LIMIT 1")
}

// Merchant returns a merchant.
func (s *Store) Merchant(ctx context.Context, id string) (Merchant, error) {
	return one(ctx, s, scanMerchant, "SELECT id, name, created_at FROM merchants WHERE id = ?", id)
}

func scanMerchant(row scanner) (Merchant, error) {
	var m Merchant
	var createdAt int64
	err := row.Scan(&m.ID, &m.Name, &createdAt)
	m.CreatedAt = fromMicros(createdAt)
	return m, err
}

// RenameMerchant changes a merchant's name; nil leaves it alone.
func (s *Store) RenameMerchant(ctx context.Context, id string, name *string) error {
	var c changes
	set(&c, "name", name)
	return s.update(ctx, "merchants", c, "id = ?", id)
}
