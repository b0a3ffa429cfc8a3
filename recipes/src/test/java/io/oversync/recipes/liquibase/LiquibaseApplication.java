/*
 * Copyright 2026 the Oversync contributors
 * SPDX-License-Identifier: Apache-2.0
 */
package io.oversync.recipes.liquibase;

import org.springframework.boot.autoconfigure.SpringBootApplication;

/** An application whose tables Liquibase creates. */
@SpringBootApplication
class LiquibaseApplication {

}
