/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.internal.store;

import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.postgresql.util.PSQLException;
import org.postgresql.util.PSQLState;
import org.postgresql.util.ServerErrorMessage;

import org.springframework.dao.DataAccessResourceFailureException;

import static org.assertj.core.api.Assertions.assertThat;

class SqlStatesTests {

	@Test
	void triesAgainWhenPostgresRanOutOfMemory() {
		SQLException error = new PSQLException(new ServerErrorMessage("SERROR\0C53200\0Mout of memory\0"));
		assertThat(SqlStates.isTransient(wrapped(error))).isTrue();
		assertThat(SqlStates.isExhaustion(wrapped(error))).isTrue();
		assertThat(SqlStates.isOutOfOwnMemory(wrapped(error))).isFalse();
	}

	/** The driver uses PostgreSQL's code. */
	@Test
	void doesNotTryAgainWhenTheDriverRanOutOfMemory() {
		SQLException error = new PSQLException("Ran out of memory retrieving query results.", PSQLState.OUT_OF_MEMORY,
				new OutOfMemoryError());
		assertThat(SqlStates.isTransient(wrapped(error))).isFalse();
		assertThat(SqlStates.isExhaustion(wrapped(error))).isFalse();
		assertThat(SqlStates.isOutOfOwnMemory(wrapped(error))).isTrue();
	}

	private static RuntimeException wrapped(SQLException error) {
		return new DataAccessResourceFailureException("wrapped", error);
	}

}
