/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.datajdbc;

import org.springframework.boot.autoconfigure.SpringBootApplication;

@SpringBootApplication(excludeName = { "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration",
		"org.springframework.boot.data.jpa.autoconfigure.DataJpaRepositoriesAutoConfiguration",
		"org.springframework.boot.jooq.autoconfigure.JooqAutoConfiguration" })
class DataJdbcApplication {

}
