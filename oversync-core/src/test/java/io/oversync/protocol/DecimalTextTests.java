/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.protocol;

import java.math.BigDecimal;
import java.math.BigInteger;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

class DecimalTextTests {

	@Property
	void writesAllSpellingsOfANumberAlike(@ForAll BigInteger unscaled, @ForAll @IntRange(min = -50, max = 50) int scale,
			@ForAll @IntRange(max = 30) int more) {
		BigDecimal number = new BigDecimal(unscaled, scale);
		String canonical = DecimalText.parse(number.toString()).canonical();
		assertThat(DecimalText.parse(number.toPlainString()).canonical()).isEqualTo(canonical);
		assertThat(DecimalText.parse(number.setScale(scale + more).toString()).canonical()).isEqualTo(canonical);
		assertThat(new BigDecimal(canonical)).isEqualByComparingTo(number);
	}

	@Property
	void countsTheDigitsThatAnExponentAdds(@ForAll BigInteger unscaled,
			@ForAll @IntRange(min = -500, max = 500) int scale) {
		BigDecimal number = new BigDecimal(unscaled, scale);
		String written = unscaled + "e" + -scale;
		// except the sign and the point
		assertThat(DecimalText.parse(written).expansion() + written.length())
			.isBetween((long) number.toPlainString().length() - 2, (long) number.toPlainString().length());
	}

	@Test
	void neverWritesAnExponentOut() {
		for (String number : new String[] { "1e400000000", "-1.50E-400000000", "1e999999999999999999999999" }) {
			assertThat(DecimalText.parse(number).canonical()).hasSizeLessThan(number.length() + 3);
		}
	}

}
