/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.operations;

import com.zaxxer.hikari.HikariDataSource;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.context.annotation.Bean;

/** An application with the code of the pages on operations and server writes. */
@SpringBootApplication
class OperationsApplication {

	@Bean(defaultCandidate = false)
	HikariDataSource direct() {
		HikariDataSource direct = new HikariDataSource();
		direct.setJdbcUrl("jdbc:postgresql://database/shop");
		direct.setMaximumPoolSize(2);
		return direct;
	}

}
