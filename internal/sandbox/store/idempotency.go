package store

import (
	"context"
	"time"
)

// IdempotencyRecord is a response kept for a repeated request.
type IdempotencyRecord struct {
	MerchantID string
	// KeyHash is the hex SHA-256 of the Idempotency-Key.
	KeyHash string
	// RequestHash tells one request from another.
	RequestHash string
	Status      int
	// Response is the sealed body.
	Response  string
	CreatedAt time.Time
}

// IdempotencyRecord returns the record under the key, unless it is older than
// notBefore.
func (s *Store) IdempotencyRecord(ctx context.Context, merchantID, keyHash string, notBefore time.Time) (IdempotencyRecord, error) {
	return one(ctx, s, scanIdempotencyRecord, `SELECT merchant_id, key_hash, request_hash, status, response, created_at
FROM idempotency_records WHERE merchant_id = ? AND key_hash = ? AND created_at > ?`, merchantID, keyHash, micros(notBefore))
}

func scanIdempotencyRecord(row scanner) (IdempotencyRecord, error) {
	var r IdempotencyRecord
	var createdAt int64
	err := row.Scan(&r.MerchantID, &r.KeyHash, &r.RequestHash, &r.Status, &r.Response, &createdAt)
	r.CreatedAt = fromMicros(createdAt)
	return r, err
}

// CreateIdempotencyRecord adds a record and drops those older than notBefore. It
// returns false, and adds nothing, where the key has a record already.
func (s *Store) CreateIdempotencyRecord(ctx context.Context, r IdempotencyRecord, notBefore time.Time) (bool, error) {
	var added int64
	err := s.InTx(ctx, func(ctx context.Context) error {
		if _, err := s.write(ctx, "DELETE FROM idempotency_records WHERE created_at <= ?", micros(notBefore)); err != nil {
			return err
		}
		var err error
		added, err = s.write(ctx, `INSERT INTO idempotency_records (merchant_id, key_hash, request_hash, status, response, created_at)
VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING`, r.MerchantID, r.KeyHash, r.RequestHash, r.Status, r.Response, micros(r.CreatedAt))
		return err
	})
	return added == 1, err
}
