package sprite

import (
	"image"
	"image/color"
	"math"
	"strconv"
)

// shape is the signed distance from a point to the edge of something, negative inside, in pixels of the style around the centre,
// y downwards. Coverage of a pixel follows from it, so edges are smooth at any density.
type shape func(x, y float64) float64

func disc(r float64) shape {
	return func(x, y float64) float64 { return math.Hypot(x, y) - r }
}

// lowerHalf is the half disc below the centre.
func lowerHalf(r float64) shape {
	return func(x, y float64) float64 { return max(math.Hypot(x, y)-r, -y) }
}

// ring is a circle drawn with a pen; with a dash it is broken, from the right clockwise.
func ring(r, width float64, dash []float64) shape {
	return func(x, y float64) float64 {
		d := math.Abs(math.Hypot(x, y)-r) - width/2
		if dash == nil {
			return d
		}
		turn := math.Atan2(y, x)
		if turn < 0 {
			turn += 2 * math.Pi
		}
		return max(d, broken(turn*r, dash))
	}
}

// broken is the distance along a line to the nearest end of a dash, negative within one.
func broken(along float64, dash []float64) float64 {
	period := dash[0] + dash[1]
	at := math.Mod(along, period)
	if at < dash[0] {
		return -min(at, dash[0]-at)
	}
	return min(at-dash[0], period-at)
}

// stroke is a line through the centre, of some half length, turned by an angle in degrees.
func stroke(half, width, angle float64) shape {
	sin, cos := math.Sincos(angle * math.Pi / 180)
	return func(x, y float64) float64 {
		return max(math.Abs(x*cos+y*sin)-half, math.Abs(y*cos-x*sin)-width/2)
	}
}

// diamond is a square on its corner drawn with a pen; a dash breaks it, from the top clockwise.
func diamond(r, width float64, dash []float64) shape {
	side := r * math.Sqrt2
	return func(x, y float64) float64 {
		d := math.Abs(math.Abs(x)+math.Abs(y)-r)/math.Sqrt2 - width/2
		if dash == nil {
			return d
		}
		var along float64 // over the four sides: down right, down left, up left, up right
		switch {
		case x >= 0 && y < 0:
			along = (x + y + r) / math.Sqrt2
		case x >= 0:
			along = side + (y-x+r)/math.Sqrt2
		case y >= 0:
			along = 2*side + (r-x-y)/math.Sqrt2
		default:
			along = 3*side + (x-y+r)/math.Sqrt2
		}
		return max(d, broken(along, dash))
	}
}

// diagonals are lines from lower left to upper right that meet their like in the next tile of that size.
func diagonals(size, width float64) shape {
	return func(x, y float64) float64 {
		at := math.Mod(x+y+2*size, size)
		return min(at, size-at)/math.Sqrt2 - width/2
	}
}

// dots are two small ones in a square of that size, so that they make a grid turned by 45°.
func dots(size, r float64) shape {
	return func(x, y float64) float64 {
		return min(math.Hypot(x+size/4, y+size/4), math.Hypot(x-size/4, y-size/4)) - r
	}
}

// bars are two level ones.
func bars(half, apart, width float64) shape {
	return func(x, y float64) float64 { return max(math.Abs(x)-half, math.Abs(math.Abs(y)-apart)-width/2) }
}

// layer is a shape in a colour.
type layer struct {
	shape shape
	ink   color.NRGBA
}

// paint draws layers, bottom up, into a square of an image, at a density.
func paint(into *image.NRGBA, at image.Point, size int, density int, layers []layer) {
	n, half := size*density, float64(size)/2
	for j := range n {
		for i := range n {
			x, y := (float64(i)+0.5)/float64(density)-half, (float64(j)+0.5)/float64(density)-half
			into.SetNRGBA(at.X+i, at.Y+j, mixed(layers, x, y, float64(density)))
		}
	}
}

// mixed is the colour of a pixel: the layers over each other, each as far as it covers the pixel.
func mixed(layers []layer, x, y, density float64) color.NRGBA {
	var r, g, b, a float64 // premultiplied
	for _, l := range layers {
		// In sixteen steps: nobody sees finer ones, and the sheet is half the size.
		cover := math.Round(min(1, max(0, 0.5-l.shape(x, y)*density))*16) / 16 * float64(l.ink.A) / 255
		if cover == 0 {
			continue
		}
		r, g, b, a = r*(1-cover)+float64(l.ink.R)*cover, g*(1-cover)+float64(l.ink.G)*cover, b*(1-cover)+float64(l.ink.B)*cover, a*(1-cover)+cover
	}
	if a == 0 {
		return color.NRGBA{}
	}
	part := func(v float64) uint8 { return uint8(math.Round(min(255, v/a))) }
	return color.NRGBA{part(r), part(g), part(b), uint8(math.Round(a * 255))}
}

// ink reads #rrggbb, or #rrggbbaa.
func ink(hex string) color.NRGBA {
	n, err := strconv.ParseUint(hex[min(1, len(hex)):], 16, 32)
	if err != nil {
		return color.NRGBA{A: 255}
	}
	if len(hex) == 9 {
		return color.NRGBA{uint8(n >> 24), uint8(n >> 16), uint8(n >> 8), uint8(n)}
	}
	return color.NRGBA{uint8(n >> 16), uint8(n >> 8), uint8(n), 255}
}
