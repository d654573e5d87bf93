package scan

import (
	"bufio"
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"unicode/utf16"
)

const (
	// pieceSize is how much of a file is looked at at once.
	pieceSize = 1 << 20
	// overlap is what two pieces share where a line is longer than a piece, so that
	// the cut hides no token. It takes every token, encoded a few times over.
	overlap = 16 << 10
)

// scanReader looks at everything that r holds and calls found with each finding.
func (s *Scanner) scanReader(ctx context.Context, file string, r io.Reader, found func(Finding)) error {
	return pieces(ctx, file, r, func(p piece) error {
		for _, f := range s.detect(ctx, p) {
			found(f)
		}
		return ctx.Err()
	})
}

// pieces cuts what r holds at line ends and, where lines are too long for that,
// into pieces that overlap.
func pieces(ctx context.Context, file string, r io.Reader, look func(piece) error) error {
	in, err := text(r)
	if err != nil {
		return fmt.Errorf("reading %s: %w", file, err)
	}
	next := piece{file: file, line: 1, column: 1}
	buffer := make([]byte, 0, pieceSize)
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := io.ReadFull(in, buffer[len(buffer):pieceSize])
		buffer = buffer[:len(buffer)+n]
		last := errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF)
		if err != nil && !last {
			return fmt.Errorf("reading %s: %w", file, err)
		}
		end, keep := cut(buffer, last)
		next.text, next.certain = string(buffer[:end]), keep
		if err := look(next); err != nil || last {
			return err
		}
		next.advance(buffer[:keep])
		buffer = buffer[:copy(buffer, buffer[keep:])]
	}
}

// cut returns where a piece ends and where the next one starts.
func cut(buffer []byte, last bool) (end, next int) {
	if last {
		return len(buffer), len(buffer)
	}
	if line := bytes.LastIndexByte(buffer, '\n'); line >= 0 {
		return line + 1, line + 1
	}
	return len(buffer), len(buffer) - overlap
}

// advance moves the piece's place past the text.
func (p *piece) advance(past []byte) {
	if line := bytes.LastIndexByte(past, '\n'); line >= 0 {
		p.line += bytes.Count(past, []byte("\n"))
		p.column, past = 1, past[line+1:]
	}
	p.column += len(past)
}

// text returns r without UTF-16: Windows' shells write files in it, where a token
// has a zero after each character. Such a file is known by its byte order mark.
func text(r io.Reader) (io.Reader, error) {
	in := bufio.NewReader(r)
	mark, err := in.Peek(2)
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case bytes.Equal(mark, []byte{0xff, 0xfe}):
		return &wide{in: in, order: binary.LittleEndian}, nil
	case bytes.Equal(mark, []byte{0xfe, 0xff}):
		return &wide{in: in, order: binary.BigEndian}, nil
	default:
		return in, nil
	}
}

// wide reads UTF-16 as UTF-8. Tokens are ASCII, so pairs of surrogates may come
// out as what stands for the unknown.
type wide struct {
	in    *bufio.Reader
	order binary.ByteOrder
	left  []byte
}

// Read reads UTF-8.
func (w *wide) Read(p []byte) (int, error) {
	if len(w.left) == 0 {
		units := make([]byte, 8<<10)
		n, err := io.ReadFull(w.in, units)
		if n < 2 {
			if errors.Is(err, io.ErrUnexpectedEOF) {
				err = io.EOF // half a character
			}
			return 0, err
		}
		codes := make([]uint16, n/2)
		for i := range codes {
			codes[i] = w.order.Uint16(units[2*i:])
		}
		w.left = []byte(string(utf16.Decode(codes)))
	}
	n := copy(p, w.left)
	w.left = w.left[n:]
	return n, nil
}
