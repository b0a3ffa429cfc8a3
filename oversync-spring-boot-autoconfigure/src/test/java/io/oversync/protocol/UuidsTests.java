package io.oversync.protocol;

import java.util.UUID;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import static org.assertj.core.api.Assertions.assertThat;

class UuidsTests {

	@Property
	void readsEveryUuidInEachForm(@ForAll long high, @ForAll long low) {
		UUID uuid = new UUID(high, low);
		String dashed = uuid.toString();
		assertThat(Uuids.parseKey(dashed)).isEqualTo(uuid);
		assertThat(Uuids.parseKey(dashed.toUpperCase())).isEqualTo(uuid);
		assertThat(Uuids.parseKey(dashed.replace("-", ""))).isEqualTo(uuid);
	}

	@ParameterizedTest
	@ValueSource(strings = { "", "0", "0123456789abcdef0123456789abcde", "0123456789abcdef0123456789abcdef0",
			"0123456789abcdef0123456789abcdeg", "01234567-89ab-cdef-0123-456789abcdeg",
			"0123456-789ab-cdef-0123-456789abcdef", "01234567-89ab-cdef-0123456789abcdef0000",
			"01234567+89ab-cdef-0123-456789abcdef", "+1234567-89ab-cdef-0123-456789abcdef",
			"{1234567-89ab-cdef-0123-456789abcde}", "٠1234567-89ab-cdef-0123-456789abcde",
			"------------------------------------", " 1234567-89ab-cdef-0123-456789abcdef" })
	void readsNothingElse(String text) {
		assertThat(Uuids.parseKey(text)).isNull();
		assertThat(Uuids.parseValue(text)).isNull();
	}

}
