package handoff

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"path"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/eslabon/eslabon/internal/authz"
	"github.com/eslabon/eslabon/internal/db"
	"github.com/eslabon/eslabon/internal/errs"
	"github.com/eslabon/eslabon/internal/id"
)

// File is something attached to a handoff.
type File struct {
	ID      id.File
	Handoff id.Handoff
	Seq     int64  // the event that it came with
	Field   string // the question of the form that it answers, if any
	Name    string
	Type    string // by its content, never by its name
	Size    int64
	SHA256  string
	AddedBy id.Person
	AddedAt db.Time
}

// signatures are how the files that we take begin.
var signatures = []struct{ begins, kind string }{
	{"%PDF-", "application/pdf"},
	{"\x89PNG\r\n\x1a\n", "image/png"},
	{"\xff\xd8\xff", "image/jpeg"},
	{"GIF87a", "image/gif"},
	{"GIF89a", "image/gif"},
	{"PK\x03\x04", "application/zip"}, // also what office programs write
	{"\xd0\xcf\x11\xe0", "application/x-ole-storage"},
}

// office tells the programs whose files are zip archives.
var office = map[string]string{
	".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
	".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
	".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
	".odt":  "application/vnd.oasis.opendocument.text",
	".ods":  "application/vnd.oasis.opendocument.spreadsheet",
}

// fileType returns the type of a file by its content, or "" if it is none that
// we take: pictures, PDF, office documents, archives and plain text.
func fileType(f Upload) string {
	b := f.Content
	if len(b) > 12 && string(b[:4]) == "RIFF" && string(b[8:12]) == "WEBP" {
		return "image/webp"
	}
	if len(b) > 12 && string(b[4:8]) == "ftyp" {
		switch string(b[8:12]) {
		case "heic", "heix", "mif1", "msf1":
			return "image/heic"
		case "isom", "mp42", "mp41", "qt  ", "M4V ", "3gp4", "3gp5":
			return "video/mp4"
		}
	}
	for _, s := range signatures {
		if bytes.HasPrefix(b, []byte(s.begins)) {
			if o := office[strings.ToLower(path.Ext(f.Name))]; s.kind == "application/zip" && o != "" {
				return o
			}
			return s.kind
		}
	}
	if isText(b) {
		return "text/plain; charset=utf-8"
	}
	return ""
}

func isText(b []byte) bool {
	head := b[:min(len(b), 4096)]
	for len(head) > 0 {
		r, n := utf8.DecodeRune(head)
		if r == utf8.RuneError && n == 1 && len(head) >= utf8.UTFMax || r == 0 {
			return false
		}
		if unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' && r != '\f' {
			return false
		}
		head = head[n:]
	}
	return true
}

// cleanFileName keeps the last part of a name, without what a disk or a header
// would stumble over.
func cleanFileName(s string) string {
	const most = 120
	s = path.Base(strings.ReplaceAll(s, "\\", "/"))
	s = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || strings.ContainsRune(`"<>:|?*/`, r) || r == utf8.RuneError {
			return '_'
		}
		return r
	}, s)
	if r := []rune(s); len(r) > most {
		ext := []rune(path.Ext(s))
		ext = ext[:min(len(ext), 10)]
		s = string(r[:most-len(ext)]) + string(ext)
	}
	if s == "." || s == "" || s == "_" {
		return "archivo"
	}
	return s
}

func addFiles(ctx context.Context, tx *db.Tx, h id.Handoff, seq int64, by id.Person, files []Upload) error {
	for _, f := range files {
		sum := sha256.Sum256(f.Content)
		file := id.New[id.File]()
		if _, err := tx.Exec(ctx, `
			INSERT INTO handoff_file (company, id, handoff, seq, field, name, type, size, sha256, added_by, added_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
			tx.Company, file, h, seq, f.Field, cleanFileName(f.Name), fileType(f), len(f.Content), hex.EncodeToString(sum[:]),
			by, tx.Now); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `
			INSERT INTO file_content (company, file, content) VALUES (?, ?, ?)`, tx.Company, file, f.Content); err != nil {
			return err
		}
	}
	return nil
}

const fileColumns = `id, handoff, seq, field, name, type, size, sha256, added_by, added_at`

func (f *File) dest() []any {
	return []any{&f.ID, &f.Handoff, &f.Seq, &f.Field, &f.Name, &f.Type, &f.Size, &f.SHA256, &f.AddedBy, &f.AddedAt}
}

const filesText = `
	SELECT ` + fileColumns + ` FROM handoff_file WHERE company = ? AND handoff = ? ORDER BY id LIMIT 1000`

// File returns an attached file with its content, or NotFound.
func (s *Service) File(ctx context.Context, a authz.Actor, f id.File) (File, []byte, error) {
	var out File
	err := s.db.Row(ctx, out.dest(), `SELECT `+fileColumns+` FROM handoff_file WHERE company = ? AND id = ?`, a.Company, f)
	if errors.Is(err, db.ErrNotFound) {
		return File{}, nil, errs.New(errs.NotFound, "handoff.err.no_file")
	}
	if err != nil {
		return File{}, nil, err
	}
	var content []byte
	err = s.db.Row(ctx, []any{&content}, `SELECT content FROM file_content WHERE company = ? AND file = ?`, a.Company, f)
	return out, content, err
}
