/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure.slices;

import io.oversync.service.SyncService;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.jdbc.test.autoconfigure.JdbcTest;
import org.springframework.context.ApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

import static org.assertj.core.api.Assertions.assertThat;

/** The JDBC half of an application, on a database in memory that could not be synced. */
@JdbcTest(properties = "oversync.registered-tables=business.users")
class JdbcSliceTests {

	@Autowired
	private ApplicationContext context;

	@Test
	void startsWithoutSync(@Autowired JdbcClient jdbc) {
		assertThat(this.context.getBeanProvider(SyncService.class)).isEmpty();
		assertThat(jdbc.sql("select 1").query(Integer.class).single()).isEqualTo(1);
	}

}
