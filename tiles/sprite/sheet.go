package sprite

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"slices"
)

// Sheet is a sprite at one density.
type Sheet struct{ PNG, JSON []byte }

// place is how the JSON describes an image.
type place struct {
	X          int `json:"x"`
	Y          int `json:"y"`
	Width      int `json:"width"`
	Height     int `json:"height"`
	PixelRatio int `json:"pixelRatio"`
}

// sheetWidth is that of a sheet, in pixels of the style.
const sheetWidth = 504

// Make draws the images for some colours at a density (1, 2). The same question has the same answer, bit for bit.
func Make(look Look, colors []Color, density int) (*Sheet, error) {
	all := pictures(look, colors)
	slices.SortFunc(all, func(a, b picture) int { return cmp.Or(b.size-a.size, cmp.Compare(a.name, b.name)) })
	places := make(map[string]place, len(all))
	drawn := make(map[string]place)
	at, row := image.Point{}, 0
	for _, p := range all {
		if there, ok := drawn[p.like]; ok {
			places[p.name] = there
			continue
		}
		if at.X+p.size > sheetWidth {
			at = image.Pt(0, at.Y+row)
			row = 0
		}
		row = max(row, p.size)
		places[p.name] = place{at.X * density, at.Y * density, p.size * density, p.size * density, density}
		drawn[p.like] = places[p.name]
		at.X += p.size
	}
	sheet := image.NewNRGBA(image.Rect(0, 0, sheetWidth*density, (at.Y+row)*density))
	for _, p := range all {
		if _, ok := drawn[p.like]; !ok {
			continue
		}
		delete(drawn, p.like)
		paint(sheet, image.Pt(places[p.name].X, places[p.name].Y), p.size, density, p.layers)
	}
	var b bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, indexed(sheet)); err != nil {
		return nil, fmt.Errorf("writing the sprite's image: %w", err)
	}
	text, err := json.Marshal(places)
	if err != nil {
		return nil, fmt.Errorf("writing the sprite's index: %w", err)
	}
	return &Sheet{b.Bytes(), text}, nil
}

// indexed is the image with a palette, where its colours allow one: a third of the bytes.
func indexed(full *image.NRGBA) image.Image {
	numbers := make(map[color.NRGBA]uint8)
	small := image.NewPaletted(full.Bounds(), nil)
	for i := range small.Pix {
		c := color.NRGBA{full.Pix[4*i], full.Pix[4*i+1], full.Pix[4*i+2], full.Pix[4*i+3]}
		n, ok := numbers[c]
		if !ok {
			if len(numbers) == 256 {
				return full
			}
			n = uint8(len(numbers))
			numbers[c] = n
			small.Palette = append(small.Palette, c)
		}
		small.Pix[i] = n
	}
	return small
}
