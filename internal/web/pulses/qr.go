package pulses

import (
	"strconv"
	"strings"

	"rsc.io/qr"
)

// quiet is the white edge that a reader of codes needs, in squares.
const quiet = 4

// code is a QR code as a drawing: its side in squares, and the path of what is
// black.
type code struct {
	side int
	path string
}

func (c code) box() string { return "0 0 " + strconv.Itoa(c.side) + " " + strconv.Itoa(c.side) }

// draw returns text as a QR code. The runs of each line are one rectangle.
func draw(text string) (code, error) {
	q, err := qr.Encode(text, qr.M)
	if err != nil {
		return code{}, err
	}
	var path strings.Builder
	for y := range q.Size {
		for x := 0; x < q.Size; x++ {
			from := x
			for q.Black(x, y) {
				x++
			}
			if x > from {
				n := strconv.Itoa(x - from)
				path.WriteString("M" + strconv.Itoa(from+quiet) + " " + strconv.Itoa(y+quiet) + "h" + n + "v1h-" + n + "z")
			}
		}
	}
	return code{q.Size + 2*quiet, path.String()}, nil
}
