/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
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

	@ParameterizedTest
	@ValueSource(strings = { "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11",
			"{a0eebc999c0b4ef8bb6d6bb9bd380a11}", "a0ee-bc99-9c0b-4ef8-bb6d-6bb9-bd38-0a11",
			"{a0eebc99-9c0b4ef8-bb6d6bb9-bd380a11}" })
	void readsWhatPostgresReads(String text) {
		assertThat(Uuids.parseAsPostgres(text)).hasToString("a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11");
	}

	@ParameterizedTest
	@ValueSource(
			strings = { "", "{}", "alice", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a1", "{a0eebc999c0b4ef8bb6d6bb9bd380a11",
					"a0eebc999c0b4ef8bb6d6bb9bd380a11}", "a0eebc99--9c0b-4ef8-bb6d-6bb9bd380a11",
					"-a0eebc999c0b4ef8bb6d6bb9bd380a11", "a0eebc999c0b4ef8bb6d6bb9bd380a11-",
					"a0eebc9-99c0b-4ef8-bb6d-6bb9bd380a11", " a0eebc999c0b4ef8bb6d6bb9bd380a11" })
	void readsNothingThatPostgresDoesNot(String text) {
		assertThat(Uuids.parseAsPostgres(text)).isNull();
	}

}
