package mvt

import "math/bits"

// Fields of the specification's messages with their wire types, as they are written: number · 8 + type.
const (
	tagLayer = 3<<3 | 2

	tagName     = 1<<3 | 2
	tagFeature  = 2<<3 | 2
	tagKey      = 3<<3 | 2
	tagValue    = 4<<3 | 2
	tagExtent   = 5<<3 | 0
	tagVersion  = 15<<3 | 0
	tagID       = 1<<3 | 0
	tagTags     = 2<<3 | 2
	tagType     = 3<<3 | 0
	tagGeometry = 4<<3 | 2

	tagString = 1<<3 | 2
	tagDouble = 3<<3 | 1
	tagUint   = 5<<3 | 0
	tagSint   = 6<<3 | 0
	tagBool   = 7<<3 | 0
)

func appendVarint(b []byte, v uint64) []byte {
	for v >= 0x80 {
		b = append(b, byte(v)|0x80)
		v >>= 7
	}
	return append(b, byte(v))
}

// varintLen is how many bytes appendVarint adds.
func varintLen(v uint64) int { return (bits.Len64(v|1) + 6) / 7 }

// appendBytes writes a field that is a string or a message.
func appendBytes[T string | []byte](b []byte, tag byte, value T) []byte {
	b = append(b, tag)
	b = appendVarint(b, uint64(len(value)))
	return append(b, value...)
}

// bytesLen is how many bytes appendBytes adds.
func bytesLen(n int) int { return 1 + varintLen(uint64(n)) + n }
