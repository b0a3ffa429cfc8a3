/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.autoconfigure.slices;

import io.oversync.service.SyncService;
import jakarta.persistence.EntityManager;
import org.junit.jupiter.api.Test;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.data.jpa.test.autoconfigure.DataJpaTest;
import org.springframework.context.ApplicationContext;

import static org.assertj.core.api.Assertions.assertThat;

/** The JPA half of an application, on a database in memory that could not be synced. */
@DataJpaTest(properties = { "oversync.registered-tables=business.users", "spring.flyway.enabled=false" })
class JpaSliceTests {

	@Autowired
	private ApplicationContext context;

	@Test
	void startsWithoutSync(@Autowired EntityManager entities) {
		assertThat(this.context.getBeanProvider(SyncService.class)).isEmpty();
		assertThat(entities.createQuery("select n from SliceNote n").getResultList()).isEmpty();
	}

}
